"""A whole evaluation: reports, floors, exit codes, baseline, comparison, sets, the command."""

from __future__ import annotations

import csv
import json
import re
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from eval_fake import FakeAssistant, OpenFake
from openpyxl import load_workbook

from assistant.answer import Answer
from assistant.cli import run as run_command
from eval.cli import app
from eval.floors import Floors
from eval.run import Against, collect_gold, evaluate
from eval.sets import GoldSet, read_sets
from ingest.errors import QuestionError

NASTY = "<script>alert(1)</script>\"'&</title><img src=x onerror=alert(2)>]]>\x07"


def gold_row(id: str, question: str, **expect: Any) -> dict[str, Any]:
    kind = "refuse" if expect.get("status") == "refused" else "lookup"
    return {
        "id": id,
        "question": question,
        "tags": {"type": kind, 'a/onclick="x': NASTY},
        "expect": {"status": "answered", **expect},
    }


ROWS = [
    gold_row("ok", "新收几件?", value="3091", unit="件", cites=["3091"]),
    gold_row("ok2", "天气?", status="refused"),
    gold_row("figure", "结转几件?", value="426", unit="件"),
    gold_row("text", f"公开几件?{NASTY}", contains=["没有这句话"]),
    gold_row("bad", "坏的公开几件?", value="374", unit="个"),
    gold_row("refuse", "公开几件?", status="refused"),
]


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    path = tmp_path / "gold.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in ROWS), encoding="utf-8")
    return path


def report(out: Path) -> dict[str, Any]:
    data: dict[str, Any] = json.loads((out / "report.json").read_text(encoding="utf-8"))
    return data


def test_scores(tmp_path: Path, gold: Path) -> None:
    result = evaluate([gold], tmp_path / "out", OpenFake(broken=True))
    summary = report(tmp_path / "out")["summary"]
    assert (summary["rows"], summary["errors"], summary["wrong_figures"]) == (6, 1, 2)
    assert (summary["accuracy"]["hits"], summary["accuracy"]["n"]) == (2, 5)
    assert summary["error_categories"] == {
        "measure": 1,
        "text": 1,
        "error": 1,
        "should_have_refused": 1,
    }
    assert summary["refusal"]["precision"]["value"] == 1 and summary["refusal"]["recall"]["n"] == 2
    assert summary["by_tag"]["type"]["refuse"]["accuracy"]["hits"] == 1
    assert summary["by_tag"]["set"]["gold"]["rows"] == 6
    assert summary["retrieval"]["hit@1"]["value"] == 1
    outcomes = {row["id"]: row["outcome"] for row in report(tmp_path / "out")["rows"]}
    assert outcomes == {
        "ok": "right",
        "ok2": "right",
        "figure": "wrong_figure",
        "text": "wrong",
        "bad": "error",
        "refuse": "wrong_figure",
    }
    assert result.exit_code == 1


@pytest.mark.parametrize(
    ("floors", "code"),
    [
        (Floors(), 0),
        (Floors(min_accuracy=0.6), 0),
        (Floors(min_accuracy=0.61), 100),
        (Floors(max_wrong_figures=1), 100),
        (Floors(max_wrong_figures=2), 0),
    ],
)
def test_floors(tmp_path: Path, gold: Path, floors: Floors, code: int) -> None:
    rows = [row for row in ROWS if row["id"] != "text"]
    gold.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    assert evaluate([gold], tmp_path / "out", OpenFake(), floors=floors).exit_code == code


def test_errors_alone_keep_no_floor(tmp_path: Path) -> None:
    gold = tmp_path / "g.jsonl"
    gold.write_text(json.dumps(gold_row("1", "坏的")), encoding="utf-8")
    floors = Floors(min_accuracy=0.0)
    assert evaluate([gold], tmp_path / "o", OpenFake(broken=True), floors=floors).exit_code == 100
    assert evaluate([gold], tmp_path / "o", OpenFake(broken=True)).exit_code == 1


def test_baseline(tmp_path: Path, gold: Path) -> None:
    evaluate([gold], tmp_path / "former", OpenFake())
    result = evaluate(
        [gold],
        tmp_path / "now",
        OpenFake(broken=True),
        baseline=tmp_path / "former",
        floors=Floors(max_regressions=0),
    )
    assert report(tmp_path / "now")["baseline"]["newly_failing"] == ["bad"]
    assert result.exit_code == 100
    page = (tmp_path / "now" / "report.html").read_text(encoding="utf-8")
    ids = re.findall(r'data-id="(\w+)"', page)
    assert ids[0] == "bad" and sorted(ids) == sorted(row["id"] for row in ROWS)
    again = evaluate([gold], tmp_path / "back", OpenFake(), baseline=tmp_path / "now")
    assert again.summary["baseline"]["newly_right"] == ["bad"]


def test_a_baseline_that_is_none(tmp_path: Path, gold: Path) -> None:
    with pytest.raises(QuestionError, match=r"没有以往.*rows\.jsonl"):
        evaluate([gold], tmp_path / "out", OpenFake(), baseline=tmp_path)


class _Worse:
    def __call__(self) -> Any:
        fake = FakeAssistant()

        class Refusing:
            def ask(self, question: str, *, session: str = "", source: Any = None) -> Answer:
                if "新收" in question:
                    return Answer(question, "refused", "不知道")
                return fake.ask(question, session=session, source=source)

        return Refusing()


def test_two_configurations(tmp_path: Path, gold: Path) -> None:
    against = Against("llm=none", _Worse(), {"llm": "none"})
    result = evaluate([gold], tmp_path / "out", OpenFake(), against=against)
    compared = result.summary["compare"]
    assert compared["only_a"] == ["ok"] and compared["only_b"] == []
    assert compared["p_value"] == 1.0 and compared["paired"] == 6
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "McNemar" in page and "llm=none" in page


def test_junit(tmp_path: Path, gold: Path) -> None:
    evaluate([gold], tmp_path / "out", OpenFake(broken=True))
    suite = ElementTree.parse(tmp_path / "out" / "junit.xml").getroot()[0]
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("6", "3", "1")
    assert [len(case) for case in suite] == [0, 0, 1, 1, 1, 1]
    assert suite[4][0].tag == "error" and suite[2][0].tag == "failure"
    assert "426" in (suite[2][0].text or "")


def test_sheets(tmp_path: Path, gold: Path) -> None:
    evaluate([gold], tmp_path / "out", OpenFake())
    with (tmp_path / "out" / "rows.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["id"] for row in rows] == [row["id"] for row in ROWS]
    assert rows[0]["text"].startswith("'=2024")
    sheet = load_workbook(tmp_path / "out" / "rows.xlsx")["rows"]
    assert sheet.max_row == 7 and not [c for row in sheet for c in row if c.data_type == "f"]


def test_the_page_is_whole_and_runs_nothing_of_the_rows(tmp_path: Path, gold: Path) -> None:
    evaluate([gold], tmp_path / "out", OpenFake())
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "<script>alert" not in page and "<img" not in page
    assert re.findall(r"<script[^>]*>", page) == ["<script>"]
    sources = re.findall(r'(?:src|href)="([^"]*)"', page)
    assert {source.split("?")[0] for source in sources} <= {
        "data:,",
        "https://example.org/report.html",
    }
    assert not re.search(r"@import|url\(", page)


def test_a_long_run_shows_the_rows_that_matter(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr("eval.reports.page.most_pressing.__defaults__", (3,))
    gold = tmp_path / "g.jsonl"
    rows = [gold_row(str(n), "新收几件?", value="3091" if n % 5 else "1") for n in range(20)]
    gold.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    evaluate([gold], tmp_path / "out", OpenFake())
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert re.findall(r'data-id="(\w+)"', page) == ["0", "5", "10"]
    assert "其余 17 题" in page


def test_gold_files_are_gathered(tmp_path: Path) -> None:
    for name in "ab":
        row = {**gold_row(f"{name}1", "新收?", value="1"), "session": "s1"}
        (tmp_path / f"{name}.jsonl").write_text(json.dumps(row), encoding="utf-8")
    assert collect_gold([tmp_path], tmp_path / "all.jsonl") == 2
    text = (tmp_path / "all.jsonl").read_text(encoding="utf-8")
    rows = [json.loads(line) for line in text.splitlines()]
    assert [(row["set"], row["session"]) for row in rows] == [("a", "a:s1"), ("b", "b:s1")]
    (tmp_path / "b.jsonl").write_text((tmp_path / "a.jsonl").read_text(encoding="utf-8"))
    (tmp_path / "all.jsonl").unlink()
    with pytest.raises(QuestionError, match=r"b\.jsonl 第 1 行：id a1 在 a\.jsonl 里也有"):
        collect_gold([tmp_path], tmp_path / "all.jsonl")


def test_scoring_given_answers_asks_nothing(tmp_path: Path, gold: Path) -> None:
    evaluate([gold], tmp_path / "out", OpenFake())

    def never() -> Any:
        raise AssertionError("asked")

    answers = tmp_path / "out" / "answers.jsonl"
    again = evaluate([gold], tmp_path / "again", never, answers=answers)
    assert again.summary["summary"] == report(tmp_path / "out")["summary"]
    answers.write_text(answers.read_text(encoding="utf-8").splitlines()[1], encoding="utf-8")
    with pytest.raises(QuestionError, match="第 1 行：相应位置上没有 ok 的答案"):
        evaluate([gold], tmp_path / "again", never, answers=answers)


def test_memory_of_a_long_evaluation(tmp_path: Path) -> None:
    gold = tmp_path / "g.jsonl"
    with gold.open("w", encoding="utf-8") as stream:
        for number in range(2000):
            row = {"id": str(number), "question": "新收几件?", "expect": {"status": "answered"}}
            stream.write(json.dumps(row) + "\n")

    peaks = []
    for count in (300, 600, 2000):  # the first fills caches
        lines = gold.read_text(encoding="utf-8").splitlines()[:count]
        part = tmp_path / f"g{count}.jsonl"
        part.write_text("\n".join(lines), encoding="utf-8")
        tracemalloc.start()
        run_without_page(part, tmp_path / "out")
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[2] < 8 * 2**20  # 2,000 records take more than that


def run_without_page(gold: Path, out: Path) -> None:
    """The page keeps up to 2,000 rows on purpose; all else streams."""
    from eval.answers import read_answers
    from eval.batch import run_batch
    from eval.scored import score_rows

    out.mkdir(exist_ok=True)
    run_batch(gold, out / "a.jsonl", OpenFake())
    assert sum(1 for _ in score_rows(gold, read_answers(out / "a.jsonl"))) > 0


# The command itself.


@pytest.fixture
def wenbao(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Callable[..., int]]:
    monkeypatch.setattr("eval.asking.OpenAssistant.__call__", lambda self: FakeAssistant())

    def call(*arguments: str | Path) -> int:
        return run_command(app, ["--data-dir", str(tmp_path / "data"), *map(str, arguments)])

    yield call


def test_exit_codes_of_the_command(
    wenbao: Callable[..., int], tmp_path: Path, gold: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert wenbao("eval", gold, "--out", out) == 0
    assert wenbao("eval", gold, "--out", out, "--min-accuracy", "0.9") == 100
    assert wenbao("eval", gold, "--out", out, "--min-accuracy", "50") == 0
    assert wenbao("eval", gold, "--out", out, "--max-wrong-figures", "0") == 100
    assert wenbao("eval", "--out", out) == 2
    assert wenbao("eval", gold, "--out", out, "--max-regressions", "0") == 2
    assert wenbao("eval", gold, "--out", out, "--against", "nothing=1") == 2
    assert wenbao("eval", gold, "--out", tmp_path / "b", "--baseline", out) == 0
    gold.write_text('{"id": "1", "question": "x"}', encoding="utf-8")
    capsys.readouterr()
    assert wenbao("eval", gold, "--out", out) == 1
    assert "gold.jsonl 第 1 行：expect：缺少" in capsys.readouterr().err


def test_batch_command(wenbao: Callable[..., int], tmp_path: Path) -> None:
    questions = tmp_path / "q.jsonl"
    questions.write_text('{"id": "1", "question": "新收几件?"}', encoding="utf-8")
    assert wenbao("batch", questions, "--out", tmp_path / "a.xlsx") == 0
    assert wenbao("batch", questions, "--out", tmp_path / "a.xlsx", "--retry-failed") == 0
    assert wenbao("batch", questions, "--out", tmp_path / "a.doc") == 1
    assert wenbao("batch", questions) == 2


# Gold sets.


def test_a_manifest(tmp_path: Path) -> None:
    (tmp_path / "g1.jsonl").write_text("", encoding="utf-8")
    entry = "{name: one, gold: [g*.jsonl], reports: [../nowhere/*.html], optional: true}"
    (tmp_path / "sets.yaml").write_text(f"sets: [{entry}]", encoding="utf-8")
    [found] = read_sets(tmp_path / "sets.yaml")
    assert found.missing(tmp_path) == "../nowhere/*.html"
    assert found.gold_files(tmp_path) == [tmp_path / "g1.jsonl"]
    with pytest.raises(QuestionError, match=r"题集 x：.*没有符合 none"):
        GoldSet(name="x", gold=["none.jsonl"], reports=[]).missing(tmp_path)
    (tmp_path / "sets.yaml").write_text("sets: [{name: a}]", encoding="utf-8")
    with pytest.raises(QuestionError, match=r"sets\.yaml"):
        list(read_sets(tmp_path / "sets.yaml"))


def test_our_manifest_names_files_that_are_there() -> None:
    manifest = Path(__file__).parents[2] / "eval" / "gold" / "sets.yaml"
    for entry in read_sets(manifest):
        if not entry.optional:
            assert entry.missing(manifest.parent) is None
            assert entry.gold_files(manifest.parent) and entry.report_files(manifest.parent)


def test_an_evaluation_begins_anew_unless_told_to_resume(tmp_path: Path, gold: Path) -> None:
    out, log = tmp_path / "out", tmp_path / "log"

    class Stopping(FakeAssistant):
        def ask(self, question: str, *, session: str = "", source: str | None = None) -> Answer:
            if "公开" in question:
                raise KeyboardInterrupt
            return super().ask(question, session=session, source=source)

    for resume, asked in ((True, 3), (False, 6)):
        log.write_text("", encoding="utf-8")
        with pytest.raises(KeyboardInterrupt):
            evaluate([gold], out, Stopping)
        evaluate([gold], out, OpenFake(log), resume=resume)
        assert len(log.read_text(encoding="utf-8").splitlines()) == asked
