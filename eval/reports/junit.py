"""JUnit XML of a run, for a CI that shows tests: one case a question, one suite."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from xml.sax.saxutils import XMLGenerator
from xml.sax.xmlreader import AttributesImpl

from eval.answers import replacing
from eval.safe_cell import UNPRINTABLE
from eval.score import Record
from eval.scored import read_rows_file

NAME = "junit.xml"


def write_junit(out: Path, summary: dict[str, Any]) -> None:
    whole = summary["summary"]
    accuracy = whole["accuracy"]
    counts = {
        "tests": str(whole["rows"]),
        "failures": str(accuracy["n"] - accuracy["hits"]),
        "errors": str(whole["errors"]),
    }
    with replacing(out / NAME) as temporary, temporary.open("w", encoding="utf-8") as stream:
        xml = XMLGenerator(stream, encoding="utf-8", short_empty_elements=True)
        xml.startDocument()
        xml.startElement("testsuites", AttributesImpl(counts))
        xml.startElement("testsuite", AttributesImpl({"name": "wenbao eval", **counts}))
        for row in read_rows_file(out):
            _case(xml, row)
        xml.endElement("testsuite")
        xml.endElement("testsuites")
        xml.endDocument()


def _case(xml: XMLGenerator, row: Record) -> None:
    seconds = (row.get("latency_ms") or 0) / 1000
    name = _clean(f"{row['id']} {row['question']}")
    attributes = {"classname": _clean(row.get("set") or "gold"), "name": name}
    xml.startElement("testcase", AttributesImpl({**attributes, "time": f"{seconds:.3f}"}))
    if not row["graded"]:
        _outcome(xml, "error", row.get("reason") or "error", row.get("text") or "")
    elif not row["right"]:
        lines = [f"{m['key']}: 应为 {m['expected']}，实为 {m['given']}" for m in row["misses"]]
        _outcome(xml, "failure", row["category"], "\n".join([*lines, row.get("text") or ""]))
    xml.endElement("testcase")


def _outcome(xml: XMLGenerator, element: str, kind: str, text: str) -> None:
    message = _clean(text.partition("\n")[0])
    xml.startElement(element, AttributesImpl({"type": _clean(kind), "message": message}))
    xml.characters(_clean(text))
    xml.endElement(element)


def _clean(text: str) -> str:
    return UNPRINTABLE.sub("", str(text))
