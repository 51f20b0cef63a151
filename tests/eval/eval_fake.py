"""A small assistant that answers by a table of its own: deterministic, no store, no model.

Questions ask for a key ("几件 新收"); `它呢` repeats the key of the session's last turn.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from assistant.answer import Answer, Citation, Item

FIGURES = {"新收": "3091", "结转": "425", "公开": "374", "不予公开": "-170"}


def cited(quote: str, label: str = "新收", year: int = 2024) -> Citation:
    return Citation(
        kind="cell",
        report="示例区2024年政府信息公开工作年度报告",
        report_id="示例区-2024",
        publisher="示例区",
        year=year,
        section="三、收到和处理政府信息公开申请情况",
        quote=quote,
        source="https://example.org/report.html?a=1&b=2",
        row=("三、本年度办理结果", label),
        column=("总计",),
    )


@dataclass
class FakeAssistant:
    """`log` is a file to which every question is appended, across processes."""

    log: Path | None = None
    broken: bool = False
    last: dict[str, str] = field(default_factory=dict)

    def ask(self, question: str, *, session: str = "", source: str | None = None) -> Answer:
        if self.log is not None:
            with self.log.open("a", encoding="utf-8") as stream:
                stream.write(f"{session}|{question}|{source or ''}\n")
        if question.startswith("坏") and self.broken:
            raise ZeroDivisionError("=cmd|' /C calc'!A0")
        key = next((name for name in FIGURES if name in question), None)
        if key is None and "它" in question and session:
            key = self.last.get(session)
        if key is None:
            return Answer(
                question, "refused", "报告里没有。", reason="not_in_corpus", latency_ms=1.0
            )
        if session:
            self.last[session] = key
        return figure_answer(question, key)


def figure_answer(question: str, key: str) -> Answer:
    value = FIGURES[key]
    return Answer(
        question=question,
        status="answered",
        text=f"=2024年{key} {value} 件。",
        value=value,
        unit="件",
        items=(Item(key, value, "件"),),
        formula=value,
        citations=(cited(value, key),),
        latency_ms=2.5,
        plan={"operation": "lookup", "measure": key},
    )


@dataclass(frozen=True)
class OpenFake:
    log: Path | None = None
    broken: bool = False

    def __call__(self) -> FakeAssistant:
        return FakeAssistant(self.log, self.broken)
