"""What cannot be read: one line that names file and reason, memory and time bounded."""

from __future__ import annotations

import io
import os
import random
import resource
import subprocess
import sys
import tempfile
import zipfile
import zlib
from pathlib import Path

import docx
import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.errors import LoadError, UnsafeSourceError
from ingest.loaders import find_sources, load, load_bytes

GIGABYTE = 1024**3


def failure(data: bytes, name: str) -> LoadError:
    with pytest.raises(LoadError) as caught:
        load_bytes(data, name)
    line = str(caught.value)
    assert line.startswith(f"{name}: ")
    assert "\n" not in line
    return caught.value


def word_bytes() -> bytes:
    out = io.BytesIO()
    document = docx.Document()
    document.add_paragraph("甲" * 500)
    document.save(out)
    return out.getvalue()


def excel_bytes() -> bytes:
    out = io.BytesIO()
    book = openpyxl.Workbook()
    book.active.append(["甲", 1])
    book.save(out)
    return out.getvalue()


def changed(data: bytes, name: str, content: bytes) -> bytes:
    """A zip with the member `name` replaced."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for member in old.namelist():
            new.writestr(member, content if member == name else old.read(member))
    return out.getvalue()


BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
    b'<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><x>&b;</x>'
)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("空.html", b"", "空"),
        ("空白.txt", b" \r\n\t ", "空"),
        ("无内容.html", b"<html><body><script>1</script></body></html>", "没有可读"),
        ("乱.html", bytes(range(256)) * 100, "不是文本"),
        ("旧.doc", OLE, "旧版"),
        ("旧.xls", OLE, "旧版"),
        ("锁.docx", OLE + "EncryptedPackage".encode("utf-16-le"), "加密"),
        ("截.docx", word_bytes()[:3000], "损坏"),
        ("截.xlsx", excel_bytes()[:3000], "损坏"),
        ("假.docx", b"PK\x03\x04" + bytes(100), "损坏"),
        ("截.pdf", b"%PDF-1.7\n1 0 obj\n<<", "损坏"),
        ("乱.pdf", b"%PDF-1.7\n" + random.Random(1).randbytes(5000), "损坏"),
        ("坏.docx", changed(word_bytes(), "word/document.xml", b"<w:document"), "损坏"),
        ("坏.xlsx", changed(excel_bytes(), "xl/workbook.xml", b"<workbook"), "损坏"),
    ],
)
def test_the_reason_is_named(name: str, data: bytes, reason: str) -> None:
    assert reason in failure(data, name).reason


def test_other_archives_are_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.txt", "x")
    assert "压缩包" in failure(out.getvalue(), "a.zip").reason


@pytest.mark.parametrize(
    ("data", "member"),
    [(word_bytes(), "word/document.xml"), (excel_bytes(), "xl/worksheets/sheet1.xml")],
)
def test_entity_and_zip_bombs_are_refused(data: bytes, member: str) -> None:
    entities = failure(changed(data, member, BOMB), "a.docx")
    assert isinstance(entities, UnsafeSourceError)
    wide = BOMB.decode().encode("utf-16")
    assert isinstance(failure(changed(data, member, wide), "a.docx"), UnsafeSourceError)
    zeros = failure(changed(data, member, b"<a>" + bytes(90 * 1024 * 1024)), "a.docx")
    assert isinstance(zeros, UnsafeSourceError)
    assert "过大" in zeros.reason


def test_a_member_that_lies_about_its_size_is_refused() -> None:
    data = bytearray(changed(word_bytes(), "word/document.xml", b"<a>" + bytes(30_000_000)))
    real = (30_000_003).to_bytes(4, "little")
    while (at := data.find(real)) >= 0:
        data[at : at + 4] = (1000).to_bytes(4, "little")
    failure(bytes(data), "a.docx")


def test_a_pdf_stream_bomb_is_refused() -> None:
    packed = zlib.compress(bytes(400 * 1024 * 1024), 9)
    data = b"%PDF-1.4\n1 0 obj\n<</Filter/FlateDecode>>\nstream\n" + packed + b"\nendstream"
    assert isinstance(failure(data, "a.pdf"), UnsafeSourceError)


HOSTILE = {
    "div": b"<div>" * 100_000,
    "nested tables": b"<table><tr><td>" * 100_000,
    "formatting": b"".join(b"<p><b id=%d>" % n for n in range(20_000)),
    "attributes": b"<p " + b" ".join(b"a%d=1" % n for n in range(100_000)) + b">x",
    "spans": b"<table>" + (b"<tr>" + b"<td colspan=1000 rowspan=1000>x" * 300) * 300,
    "cells": b"<table><tr>" + b"<td>x</td>" * 2_000_000,
    "paragraphs": b"<p>x</p>" * 1_000_000,
    "angle brackets": b"<html>" + b"<" * 3_000_000,
    "comments": b"<html>" + b"<!--" * 1_000_000,
    "pipes": (b"|" * 2000 + b"\n") * 2000,
    "tabs": b"a\tb\n" * 2_000_000,
    "junk": b"<p>" + "字 ".encode() * 10_000_000,
}
CHILD = """
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, (2 * 1024**3, 2 * 1024**3))
resource.setrlimit(resource.RLIMIT_CPU, (60, 60))
from ingest.errors import LoadError
from ingest.loaders import load
for name in sys.argv[1:]:
    try:
        load(name)
    except LoadError as error:
        sys.stdout.write(str(error) + "\\n")
"""


def test_hostile_markup_is_bounded_in_memory_and_time(tmp_path: Path) -> None:
    for name, data in HOSTILE.items():
        (tmp_path / f"{name}.html").write_bytes(data)
    root = Path(__file__).parents[3]
    done = subprocess.run(
        [sys.executable, "-c", CHILD, *find_sources(tmp_path)],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        check=False,
        timeout=200,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    refused = {Path(line.split(": ")[0]).stem for line in done.stdout.splitlines()}
    assert {"div", "nested tables", "formatting", "attributes", "spans", "cells"} <= refused
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
    assert peak < 2 * GIGABYTE


def test_a_file_over_the_limit_is_not_read(tmp_path: Path) -> None:
    big = tmp_path / "大.html"
    with big.open("wb") as file:
        file.truncate(5 * GIGABYTE)
    with pytest.raises(UnsafeSourceError, match="过大"):
        load(big)


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 2**32), st.sampled_from(["a.docx", "a.xlsx", "a.pdf", "a.html"]))
def test_damage_anywhere_gives_a_document_or_one_line(seed: int, name: str) -> None:
    rng = random.Random(seed)
    whole = {"a.docx": WORD, "a.xlsx": EXCEL, "a.pdf": PDF}.get(
        name, b"<table><tr><td>1<td>2</table>"
    )
    data = bytearray(whole)
    for _ in range(rng.randint(1, 20)):
        data[rng.randrange(len(data))] = rng.randrange(256)
    del data[rng.randrange(len(data) // 2, len(data) + 1) :]
    try:
        load_bytes(bytes(data), name)
    except LoadError as error:
        assert "\n" not in str(error)


def pdf_bytes() -> bytes:
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    canvas = Canvas(out)
    canvas.grid([100, 200, 300], [500, 600, 700])
    canvas.drawString(110, 650, "374")
    canvas.drawString(210, 550, "12")
    canvas.save()
    return out.getvalue()


WORD, EXCEL, PDF = word_bytes(), excel_bytes(), pdf_bytes()


def test_an_encrypted_pdf_is_named() -> None:
    from reportlab.lib.pdfencrypt import StandardEncryption
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    canvas = Canvas(out, encrypt=StandardEncryption("secret", "owner"))
    canvas.drawString(100, 100, "x")
    canvas.save()
    assert "加密" in failure(out.getvalue(), "a.pdf").reason


def test_paths_that_are_no_files(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.html")
    (tmp_path / "broken.html").symlink_to(tmp_path / "nothing")
    (tmp_path / "loop.html").symlink_to(tmp_path / "loop.html")
    (tmp_path / "folder.html").mkdir()
    reasons = {
        "pipe.html": "不是普通文件",
        "broken.html": "符号链接",
        "loop.html": "成环",
        "folder.html": "文件夹",
        "missing.html": "不存在",
    }
    for name, reason in reasons.items():
        with pytest.raises(LoadError, match=reason):
            load(tmp_path / name)
    for device in ("/dev/zero", "/dev/null", "/dev/tty"):
        with pytest.raises(LoadError):
            load(device)
    with pytest.raises(LoadError):
        load("a\x00b.html")
    with pytest.raises(LoadError):
        load("a" * 5000)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_no_permission(tmp_path: Path) -> None:
    locked = tmp_path / "a.html"
    locked.write_bytes(b"<p>x</p>")
    locked.chmod(0)
    with pytest.raises(LoadError, match="权限"):
        load(locked)


def test_odd_names_are_one_printable_line() -> None:
    with tempfile.TemporaryDirectory() as folder:
        for odd in (b"a\nb.html", b"\xff\xfe.html", "报 告;$(x).html".encode()):
            path = os.fsdecode(os.path.join(os.fsencode(folder), odd))  # noqa: PTH118
            with open(path, "wb") as file:  # noqa: PTH123
                file.write(b"<p>x</p>")
        for source in find_sources(folder):
            document = load(source)
            assert document.source.isprintable()
            document.source.encode("utf-8")


def test_libraries_do_not_talk(capfd: pytest.CaptureFixture[str]) -> None:
    load_bytes(PDF, "a.pdf")
    load_bytes(EXCEL, "a.xlsx")
    with pytest.raises(LoadError):
        load_bytes(b"%PDF-1.7\n" + random.Random(1).randbytes(5000), "b.pdf")
    assert capfd.readouterr() == ("", "")
