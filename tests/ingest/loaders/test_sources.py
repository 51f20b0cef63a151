"""Which files a path means, and LangChain's view of them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from ingest.errors import LoadError
from ingest.loaders import ReportLoader, find_sources, load


def names(*paths: str | Path) -> list[str]:
    return [Path(source).name for source in find_sources(paths)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "b").mkdir()
    for name in ("c.html", "a.TXT", "b/d.docx", "b/e.png", "z.bin", ".hidden.html", "~$d.docx"):
        (tmp_path / name).write_text("<p>甲</p>")
    (tmp_path / "b" / "up").symlink_to(tmp_path)
    return tmp_path


def test_folders_are_walked_in_order_and_loops_entered_once(folder: Path) -> None:
    assert names(folder) == ["a.TXT", "c.html", "d.docx"]


def test_named_files_are_always_tried(folder: Path) -> None:
    assert names(folder / "z.bin", folder / "no.html", "http://a.example/x") == [
        "z.bin",
        "no.html",
        "x",
    ]


def test_a_named_file_of_another_format_is_told(tmp_path: Path) -> None:
    image = tmp_path / "a.png"
    image.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(200))
    with pytest.raises(LoadError, match=r"a\.png: "):
        load(image)


def test_hash_is_over_the_bytes_and_names_do_not_matter(tmp_path: Path) -> None:
    for name in ("1.html", "2.html"):
        (tmp_path / name).write_text("<p>甲</p>", "utf-8")
    first, second = (load(tmp_path / name) for name in ("1.html", "2.html"))
    assert first.content_hash == second.content_hash
    assert first.source != second.source


def test_as_langchain_documents(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(
        "<h1>报告</h1><p>一、情况</p><table><tr><td>甲<td>1<tr><td>乙<td></table>", "utf-8"
    )
    documents = list(ReportLoader(tmp_path).lazy_load())
    assert [document.metadata["kind"] for document in documents] == [
        "heading",
        "paragraph",
        "table",
    ]
    assert documents[2].page_content == "甲\t1\n乙\t"
    assert documents[2].metadata["section"] == "报告"
    assert Path(documents[0].metadata["source"]).name == "a.html"


def test_heavy_libraries_wait_until_they_are_needed() -> None:
    heavy = ["langchain_core", "pdfplumber", "openpyxl", "docx", "httpx", "selectolax", "yaml"]
    code = f"import sys, ingest.loaders; print([m for m in {heavy!r} if m in sys.modules])"
    root = Path(__file__).parents[3]
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
