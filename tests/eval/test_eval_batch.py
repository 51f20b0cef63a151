"""Batch: every format in and out, order, sessions, interruption, retry, processes."""

from __future__ import annotations

import csv
import json
import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from eval_fake import FakeAssistant, OpenFake, cited
from openpyxl import Workbook, load_workbook

from assistant.answer import Answer, Citation
from eval.answers import read_answers, write_answers
from eval.asking import answer_one
from eval.batch import retry_failed, run_batch
from ingest.errors import QuestionError

ROWS: list[dict[str, str]] = [
    {"id": "a", "question": "新收几件?", "session": "s1"},
    {"id": "b", "question": "结转几件?", "session": "s2"},
    {"id": "c", "question": "它呢?", "session": "s1"},
    {"id": "d", "question": "天气?", "source": "甲.html"},
    {"id": "e", "question": "它呢?", "session": "s2"},
    {"id": "f", "question": "坏的公开几件?"},
    {"id": "g", "question": "不予公开几件?"},
]
VALUES = ["3091", "425", "3091", None, "425", "374", "374"]


def question_file(folder: Path, suffix: str) -> Path:
    path = folder / f"q{suffix}"
    columns = ["id", "question", "session", "source"]
    if suffix == ".jsonl":
        path.write_text("\n".join(json.dumps(row) for row in ROWS), encoding="utf-8")
    elif suffix == ".csv":
        with path.open("w", encoding="gbk", newline="") as stream:
            writer = csv.DictWriter(stream, columns)
            writer.writeheader()
            writer.writerows(ROWS)
    else:
        book = Workbook()
        sheet = book.active
        assert sheet is not None
        sheet.append(columns)
        for row in ROWS:
            sheet.append([row.get(name) for name in columns])
        book.save(path)
    return path


def records(path: Path) -> list[dict[str, Any]]:
    return list(read_answers(path))


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    return question_file(tmp_path, ".jsonl")


@pytest.mark.parametrize("into", [".jsonl", ".csv", ".xlsx"])
@pytest.mark.parametrize("suffix", [".jsonl", ".csv", ".xlsx"])
def test_every_format_in_and_out(tmp_path: Path, suffix: str, into: str) -> None:
    out = tmp_path / f"answers{into}"
    run = run_batch(question_file(tmp_path, suffix), out, OpenFake())
    found = records(out)
    assert (run.total, run.errors) == (7, 0)
    assert [record["id"] for record in found] == list("abcdefg")
    assert [record["value"] for record in found] == VALUES
    assert [record["session"] for record in found] == [row.get("session") for row in ROWS]
    assert found[0]["citations"][0]["row"] == ["三、本年度办理结果", "新收"]
    assert found[0]["items"] == [{"label": "新收", "value": "3091", "unit": "件"}]
    assert found[3]["source"] == "甲.html" and found[3]["status"] == "refused"
    assert isinstance(found[0]["latency_ms"], float)
    assert [path.name for path in tmp_path.iterdir() if "partial" in path.name] == []


def test_the_contract_s_record(tmp_path: Path, questions: Path) -> None:
    out = tmp_path / "a.jsonl"
    run_batch(questions, out, OpenFake())
    first = json.loads(out.read_text(encoding="utf-8").splitlines()[0])
    contract = (
        "id question status reason text value unit items formula citations warnings latency_ms"
    )
    assert set(contract.split()) <= set(first)


def test_progress_counts_every_row(tmp_path: Path, questions: Path) -> None:
    seen: list[tuple[int, int]] = []
    run_batch(
        questions,
        tmp_path / "a.csv",
        OpenFake(),
        on_progress=lambda done, total: seen.append((done, total)),
    )
    assert seen == [(done, 7) for done in range(8)]


def test_an_error_is_a_row_of_its_own(tmp_path: Path, questions: Path) -> None:
    out = tmp_path / "a.jsonl"
    run = run_batch(questions, out, OpenFake(broken=True))
    row = records(out)[5]
    assert run.errors == 1
    assert (
        row["status"] == "error" and row["value"] is None and row["reason"] == "ZeroDivisionError"
    )
    assert [record["status"] for record in records(out)].count("error") == 1


class _Interrupted:
    """Opens a fake that is stopped (Ctrl-C) at its nth question."""

    def __init__(self, after: int, log: Path) -> None:
        self.left, self.log = after, log

    def __call__(self) -> Any:
        fake = FakeAssistant(self.log)

        class Stopping:
            def ask(inner, question: str, *, session: str = "", source: Any = None) -> Answer:  # noqa: N805
                if self.left == 0:
                    raise KeyboardInterrupt
                self.left -= 1
                return fake.ask(question, session=session, source=source)

        return Stopping()


@pytest.mark.parametrize("after", range(7))
def test_an_interrupted_run_goes_on_where_it_stopped(
    tmp_path: Path, questions: Path, after: int
) -> None:
    out, log = tmp_path / "a.jsonl", tmp_path / "log"
    with pytest.raises(KeyboardInterrupt):
        run_batch(questions, out, _Interrupted(after, tmp_path / "first"))
    assert not out.exists()
    run = run_batch(questions, out, OpenFake(log))
    assert run.kept == after
    assert [record["value"] for record in records(out)] == VALUES
    asked = [line.split("|")[1] for line in log.read_text(encoding="utf-8").splitlines()]
    fresh = [row["question"] for row in ROWS[after:]]
    # Before the rest, only the turns that a session's later question needs are asked again.
    assert len(asked) - len(fresh) <= 2
    assert [question for question in fresh if question not in asked] == []


def test_a_line_cut_off_in_writing_is_asked_again(tmp_path: Path, questions: Path) -> None:
    out = tmp_path / "a.jsonl"
    with pytest.raises(KeyboardInterrupt):
        run_batch(questions, out, _Interrupted(4, tmp_path / "first"))
    partial = tmp_path / "a.jsonl.partial.jsonl"
    partial.write_bytes(partial.read_bytes()[:-20])
    assert run_batch(questions, out, OpenFake()).kept == 3
    assert [record["value"] for record in records(out)] == VALUES


def test_a_partial_of_other_questions_or_settings_is_refused(
    tmp_path: Path, questions: Path
) -> None:
    out = tmp_path / "a.jsonl"
    with pytest.raises(KeyboardInterrupt):
        run_batch(questions, out, _Interrupted(2, tmp_path / "first"), context="one")
    with pytest.raises(QuestionError, match="别的设置"):
        run_batch(questions, out, OpenFake(), context="two")
    questions.write_text(json.dumps({"id": "z", "question": "新收?"}), encoding="utf-8")
    with pytest.raises(QuestionError, match="别的问题"):
        run_batch(questions, out, OpenFake(), context="one")
    assert run_batch(questions, out, OpenFake(), context="two", restart=True).kept == 0
    assert [record["id"] for record in records(out)] == ["z"]


def test_bad_rows_stop_the_run_before_anything_is_asked(tmp_path: Path) -> None:
    path, log, out = tmp_path / "q.jsonl", tmp_path / "log", tmp_path / "a.jsonl"
    path.write_text(
        '{"id": 1, "question": "新收"}\n{"id": 1, "question": "结转"}\n', encoding="utf-8"
    )
    out.write_text("before", encoding="utf-8")
    with pytest.raises(QuestionError, match="第 2 行：id 1 与第"):
        run_batch(path, out, OpenFake(log))
    assert not log.exists() and out.read_text(encoding="utf-8") == "before"


def test_the_old_answers_stay_when_writing_fails(tmp_path: Path, questions: Path) -> None:
    out = tmp_path / "a.csv"
    out.write_text("before", encoding="utf-8")

    def broken() -> Iterator[dict[str, Any]]:
        yield {"id": "1"}
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        write_answers(out, broken())
    assert out.read_text(encoding="utf-8") == "before"
    assert [path.name for path in tmp_path.iterdir() if "tmp" in path.name] == []


@pytest.mark.parametrize("suffix", [".jsonl", ".csv", ".xlsx"])
def test_only_failed_rows_are_asked_again(tmp_path: Path, questions: Path, suffix: str) -> None:
    out, log = tmp_path / f"a{suffix}", tmp_path / "log"
    run_batch(questions, out, OpenFake(broken=True))
    before = records(out)
    run = retry_failed(questions, out, OpenFake(log))
    after = records(out)
    assert log.read_text(encoding="utf-8").splitlines() == ["|坏的公开几件?|"]
    assert (run.kept, run.errors) == (6, 0)
    assert after[5]["value"] == "374" and after[5]["status"] == "answered"
    assert after[:5] + after[6:] == before[:5] + before[6:]


def test_retry_asks_the_turns_before_again(tmp_path: Path) -> None:
    path, out, log = tmp_path / "q.jsonl", tmp_path / "a.jsonl", tmp_path / "log"
    rows = [
        {"id": "1", "question": "新收几件?", "session": "s", "source": "甲.html"},
        {"id": "2", "question": "坏了,它呢?", "session": "s"},
    ]
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    run_batch(path, out, OpenFake(broken=True))
    retry_failed(path, out, OpenFake(log))
    assert log.read_text(encoding="utf-8").splitlines() == ["s|新收几件?|甲.html", "s|坏了,它呢?|"]
    assert [record["value"] for record in records(out)] == ["3091", "3091"]


def test_retry_wants_the_answers_to_these_questions(tmp_path: Path, questions: Path) -> None:
    out = tmp_path / "a.jsonl"
    with pytest.raises(QuestionError, match="还没有可重答的答案"):
        retry_failed(questions, out, OpenFake())
    run_batch(questions, out, OpenFake())
    kept = out.read_text(encoding="utf-8").splitlines()
    out.write_text("\n".join(kept[:3]) + "\n", encoding="utf-8")
    with pytest.raises(QuestionError, match="第 4 条：不是问题 d 的答案"):
        retry_failed(questions, out, OpenFake())


def test_several_processes_keep_order_and_sessions(tmp_path: Path, questions: Path) -> None:
    out = tmp_path / "a.jsonl"
    run = run_batch(questions, out, OpenFake(broken=True), jobs=2)
    assert [record["value"] for record in records(out)] == [*VALUES[:5], None, "374"]
    assert run.errors == 1


def test_two_runs_into_one_output(tmp_path: Path, questions: Path) -> None:
    out = tmp_path / "a.jsonl"

    class Nested:
        def __call__(self) -> FakeAssistant:
            with pytest.raises(QuestionError, match="另一个进程正在写它"):
                run_batch(questions, out, OpenFake())
            return FakeAssistant()

    run_batch(questions, out, Nested())
    assert len(records(out)) == 7


@pytest.mark.parametrize("name", ["a.txt", "missing/a.csv"])
def test_an_output_that_cannot_be_written(tmp_path: Path, questions: Path, name: str) -> None:
    with pytest.raises(QuestionError):
        run_batch(questions, tmp_path / name, OpenFake())


RISKY = ["=1+1", "+cmd", "-cmd|x", "@SUM(A1)", "\t=1", "＝1"]


@pytest.mark.parametrize("text", RISKY)
def test_nothing_in_a_sheet_runs(tmp_path: Path, text: str) -> None:
    answer = Answer(text, "answered", text, value="-5", unit="件", formula=text, warnings=(text,))
    record = {"id": text, **answer.record(), "session": None, "source": text}
    write_answers(tmp_path / "a.csv", [record])
    write_answers(tmp_path / "a.xlsx", [record])
    with (tmp_path / "a.csv").open(encoding="utf-8-sig", newline="") as stream:
        _, cells = list(csv.reader(stream))
    assert not [cell for cell in cells if cell[:1] in "=+-@\t＝" and cell not in ("", "-5")]
    assert "-5" in cells
    book = load_workbook(tmp_path / "a.xlsx")
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            assert not [cell.coordinate for cell in row if cell.data_type == "f"]
    [back] = records(tmp_path / "a.csv")
    assert (back["text"] == text and back["id"] == text.strip()) or text.startswith(("\t", "＝"))
    assert records(tmp_path / "a.xlsx")[0]["text"] == text


def test_a_relative_source_is_clickable_from_where_it_was_stored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "report.html").write_text("x", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    answer = Answer("几件?", "answered", "1", value="1", citations=(cited_at("report.html", "1"),))
    write_answers(Path("a.xlsx"), [{"id": "1", **answer.record()}])
    sheet = load_workbook("a.xlsx")["answers"]
    [found] = [cell.hyperlink.target for cell in sheet[2] if cell.hyperlink]
    assert found == (tmp_path / "report.html").as_uri()
    offered = [entry.formula1 for entry in sheet.data_validations.dataValidation]
    assert offered == ['"对,错"', '"作答,拒答,反问"']


def test_the_workbook_that_staff_read(tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    page.write_text("x", encoding="utf-8")
    sources = ["https://example.org/a?b=1&c=2", str(page), "javascript:alert(1)", "gone.html"]
    citations = tuple(
        cited_at(source, quote) for source, quote in zip(sources, "1234", strict=True)
    )
    answer = Answer("几件?", "answered", "374 件\x00", value="374", unit="件", citations=citations)
    out = tmp_path / "a.xlsx"
    write_answers(out, [{"id": "007", **answer.record(), "session": None, "source": None}])
    book = load_workbook(out)
    answers = {cell.value: cell for cell in book["answers"][1]}
    row = {name: book["answers"].cell(2, cell.column) for name, cell in answers.items()}
    assert row["id"].value == "007" and row["value"].value == 374
    assert row["link_1"].hyperlink.target == sources[0]
    assert row["link_2"].hyperlink.target == page.as_uri()
    assert row["link_3"].hyperlink is None
    links = [entry.hyperlink for entry in book["sources"]["I"][1:]]
    assert [link.target if link else None for link in links] == [
        sources[0],
        page.as_uri(),
        None,
        None,
    ]
    assert book["records"].sheet_state == "hidden"
    assert "right_value" in answers


def cited_at(source: str, quote: str) -> Citation:
    return replace(cited(quote), source=source)


def test_a_very_long_answer_fits_into_a_cell(tmp_path: Path) -> None:
    for text in ("长" * 50_000, "=" * 100_000):
        record = {"id": "1", **Answer("q", "answered", text).record(), "session": None}
        write_answers(tmp_path / "a.xlsx", [record])
        assert records(tmp_path / "a.xlsx")[0]["text"] == text


def test_many_questions_in_one_process_do_not_grow_memory(tmp_path: Path) -> None:
    path, out = tmp_path / "q.jsonl", tmp_path / "a.jsonl"
    with path.open("w", encoding="utf-8") as stream:
        for number in range(2000):
            stream.write(json.dumps({"id": str(number), "question": "新收几件?"}) + "\n")
    tracemalloc.start()
    run_batch(path, out, OpenFake())
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert out.stat().st_size > 2**20 and peak < 3 * 2**20


def test_the_question_s_own_text_and_time_stand_in_the_record() -> None:
    record = answer_one(FakeAssistant(), id="1", question="新收", session=None, source=None)
    assert record["question"] == "新收" and record["latency_ms"] == 2.5
