"""Bytes become text by what holds, not by what a page claims."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.errors import LoadError
from ingest.loaders import load_bytes
from ingest.loaders.encoding import decode

TEXT = "某区人民政府2024年政府信息公开工作年度报告，全年收到申请374件，均按期答复。"
TRADITIONAL = "某區人民政府2024年政府資訊公開工作年度報告，全年收到申請374件，均按期答覆。"


@pytest.mark.parametrize("declared", ["utf-8", "gb2312", "big5", "windows-1252", "nonsense", None])
@pytest.mark.parametrize("real", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16", "utf-16-le"])
def test_a_meta_charset_is_believed_only_if_it_holds(declared: str | None, real: str) -> None:
    meta = f"<meta charset='{declared}'>" if declared else ""
    data = f"<html><head>{meta}</head><body><p>{TEXT}</p></body></html>".encode(real)
    document = load_bytes(data, "a.html")
    assert [block.text for block in document.blocks] == [TEXT]  # type: ignore[union-attr]
    assert document.encoding


@pytest.mark.parametrize("declared", ["utf-8", "gbk", "big5", None])
def test_big5(declared: str | None) -> None:
    meta = f"<meta charset={declared}>" if declared else ""
    document = load_bytes(f"{meta}<p>{TRADITIONAL}</p>".encode("big5"), "a.html")
    assert [block.text for block in document.blocks] == [TRADITIONAL]  # type: ignore[union-attr]


def test_a_wrong_declaration_is_reported() -> None:
    document = load_bytes(f"<meta charset=utf-8><p>{TEXT}</p>".encode("gbk"), "a.html")
    assert document.encoding == "gb18030"
    assert any("utf-8" in warning for warning in document.warnings)


def test_a_few_broken_bytes_do_not_lose_the_report() -> None:
    data = (TEXT * 20).encode("gbk") + b"\xff\n" + (TEXT * 20).encode("gbk")
    decoded = decode(data, "a.txt")
    assert decoded.text.count("374件") == 40
    assert decoded.warnings


@pytest.mark.parametrize("data", [b"\x00\x01\x02\x03" * 500, bytes(range(256)) * 40])
def test_binary_is_no_text(data: bytes) -> None:
    with pytest.raises(LoadError, match=r"a\.html: "):
        load_bytes(data, "a.html")


@given(st.binary(max_size=400))
def test_any_bytes_give_text_or_a_load_error(data: bytes) -> None:
    try:
        decoded = decode(data, "a.txt")
    except LoadError as error:
        assert "\n" not in str(error)
    else:
        assert isinstance(decoded.text, str)
