"""report.html of a run: one page with no outside resource, for reading and for sending on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from eval.answers import replacing
from eval.reports.charts import bars, whiskers
from eval.reports.sheets import expected_text
from eval.score import Record
from eval.scored import outcome, read_rows_file
from eval.taxonomy import CATEGORIES

NAME = "report.html"
HERE = Path(__file__).parent
ROWS_SHOWN = 2000
OUTCOMES = {"right": "正确", "wrong": "错误", "wrong_figure": "数字错误", "error": "出错"}
CHANGES = {"newly_failing": "新变错", "newly_right": "新变对", "new": "新题", "same": "无变化"}
STATUSES = {
    "answered": "已作答",
    "clarify": "反问",
    "refused": "拒答",
    "handoff": "转人工",
    "error": "出错",
}
TAGS = {"set": "题集", "type": "题型", "difficulty": "难度", "voice": "口吻", "source": "来源"}
EXPECT = {
    "value": "值",
    "value_any": "或",
    "tolerance": "误差",
    "abs": "不计正负",
    "items": "明细",
    "ordered": "依次",
    "contains": "含",
    "not_contains": "不含",
    "cites": "引用",
    "cells": "单元格",
}
# The rows that need a person come first.
ORDER = ("newly_failing", "wrong_figure", "error", "wrong", "newly_right", "right")


def write_page(out: Path, summary: dict[str, Any], baseline: Path | None = None) -> None:
    """Write the page; of a long run it shows the `ROWS_SHOWN` rows that matter most."""
    rows = most_pressing(read_rows_file(out))
    _add_former(rows, baseline)
    template = _environment().get_template("page.html")
    whole = summary["summary"]
    text = template.render(
        style=(HERE / "page.css").read_text(encoding="utf-8"),
        script=(HERE / "page.js").read_text(encoding="utf-8"),
        run=summary,
        whole=whole,
        rows=[_shown(row) for row in rows],
        hidden=whole["rows"] - len(rows),
        has_former=baseline is not None,
        former_label="上次" if summary["baseline"] else "乙",
        tag_names=sorted({name for row in rows for name in row["tags"]}),
        categories=CATEGORIES,
        outcomes=OUTCOMES,
        changes=CHANGES,
        charts=_charts(whole),
        labels=TAGS,
    )
    with replacing(out / NAME) as temporary:
        temporary.write_text(text, encoding="utf-8", errors="replace")


def most_pressing(rows: Iterable[Record], limit: int = ROWS_SHOWN) -> list[Record]:
    """The first `limit` rows in ORDER, in file order within each kind."""
    kinds: dict[str, list[Record]] = defaultdict(list)
    for row in rows:
        kind = kinds[_kind(row)]
        if len(kind) < limit:
            kind.append(row)
    return [row for kind in ORDER for row in kinds[kind]][:limit]


def _kind(row: Record) -> str:
    change = row.get("change")
    return change if change in ("newly_failing", "newly_right") else outcome(row)


def _add_former(rows: list[Record], baseline: Path | None) -> None:
    if baseline is None:
        return
    by_id = {row["id"]: row for row in rows}
    for former in read_rows_file(baseline):
        if former["id"] in by_id:
            by_id[former["id"]]["former"] = former


def _shown(row: Record) -> Record:
    former = row.get("former")
    return {
        **row,
        "outcome": outcome(row),
        "kind": ORDER.index(_kind(row)),
        "expected_text": _expected(row["expected"]),
        "given": given(row),
        "former_given": given(former) if former else "",
        "former_outcome": outcome(former) if former else "",
    }


def _expected(expect: Record) -> str:
    """What was due in a few words; a status that a value already implies goes unsaid."""
    status = expect["status"]
    rest = {name: value for name, value in expect.items() if name != "status"}
    words = "或".join(STATUSES[name] for name in sorted(status))
    if status == ["answered"] and rest.keys() - {"unit"}:
        words = ""
    return ";".join(part for part in (words, expected_text(rest, EXPECT)) if part)


def given(row: Record) -> str:
    """What a row answered, in a few words."""
    if row["status"] != "answered":
        return STATUSES.get(row["status"], str(row["status"]))
    if row.get("value") is not None:
        return f"{row['value']}{row.get('unit') or ''}"
    return str(row.get("text") or "")[:60]


def _charts(whole: dict[str, Any]) -> list[dict[str, str]]:
    charts = [
        {
            "title": f"正确率，按{TAGS.get(tag, tag)}(线段为 95% 区间)",
            "svg": whiskers({name: group["accuracy"] for name, group in values.items()}),
        }
        for tag, values in whole["by_tag"].items()
        if len(values) > 1
    ]
    counts = {CATEGORIES.get(n, n): count for n, count in whole["error_categories"].items()}
    if counts:
        charts.insert(0, {"title": "错在哪里", "svg": bars(counts)})
    return charts


def _environment() -> Any:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

    environment = Environment(
        loader=FileSystemLoader(HERE),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["percent"] = _percent
    environment.filters["pretty"] = _pretty
    environment.filters["web"] = _web
    return environment


def _percent(share: float | None) -> str:
    return "—" if share is None else f"{share * 100:.1f}%"


def _pretty(value: Any) -> str:
    """A plan as a person reads it: a line a key, nothing empty."""
    import json

    if not isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False)
    filled = {
        name: entry for name, entry in value.items() if entry not in (None, "", [], {}, False)
    }
    return "\n".join(f"{key}: {json.dumps(v, ensure_ascii=False)}" for key, v in filled.items())


def _web(source: str | None) -> str | None:
    """Only a web address becomes a link; javascript: and the like never do."""
    from eval.safe_cell import link

    return link(source)
