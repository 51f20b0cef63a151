"""Bytes to text: candidates decoded strictly, the declared charset only believed if it holds."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from ingest.errors import LoadError
from ingest.loaders import reasons

# What a page may declare, with the superset that browsers decode by.
_SUPERSETS = {"gb2312": "gb18030", "gbk": "gb18030", "big5": "big5hkscs", "latin-1": "cp1252"}
_CHINESE = ("gb18030", "big5hkscs")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig", "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16", "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16", "utf-16-be"),
)
_META = re.compile(
    rb"<(?:meta|\?xml)[^>]{0,400}?(?:charset|encoding)\s*=\s*[\"']?\s*([\w.:-]+)", re.I
)
_META_WINDOW = 8_192
_SCORE_WINDOW = 200_000
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_MAX_CONTROL_SHARE = 0.005
_MAX_BAD_SHARE = 0.01
_UTF16_ZEROS = 0.05  # of the bytes, all on one side


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text with the encoding it was read by and what a person should know about it."""

    text: str
    encoding: str
    warnings: tuple[str, ...] = ()


def decode(data: bytes, source: str, declared: str | None = None) -> Decoded:
    """Decode `data`; `declared` is a charset from an HTTP header, a meta charset is looked up here.

    Raises LoadError where the bytes are no text in any known encoding.
    """
    for bom, codec, name in _BOMS:
        if data.startswith(bom):
            return _with_bom(data, source, codec, name)
    wide = _utf16_without_bom(data)
    if wide:
        return Decoded(data.decode(wide), wide)
    if _is_binary(data):
        raise LoadError(source, reasons.BINARY)
    named = _known(declared) or _meta_charset(data)
    found = _strict(data, named) or _lenient(data) or _guess(data)
    if found is None:
        raise LoadError(source, reasons.UNKNOWN_ENCODING)
    return _checked_against(named, found)


def _with_bom(data: bytes, source: str, codec: str, name: str) -> Decoded:
    text = data.decode(codec, errors="replace")
    bad = text.count("\ufffd")
    if bad > max(3, len(text) * _MAX_BAD_SHARE):
        raise LoadError(source, reasons.UNKNOWN_ENCODING)
    return Decoded(text, name, _bad_bytes(name, bad))


def _bad_bytes(encoding: str, count: int) -> tuple[str, ...]:
    return (reasons.BAD_BYTES.format(encoding=encoding, count=count),) if count else ()


def _utf16_without_bom(data: bytes) -> str | None:
    """Markup and digits in UTF-16 have a zero at every second byte; 一 (U+4E00) has one too."""
    head = data[:4_096]
    if b"\x00" not in head or len(data) % 2:
        return None
    low, high = head[0::2].count(0), head[1::2].count(0)
    codec, zeros, others = ("utf-16-le", high, low) if high > low else ("utf-16-be", low, high)
    if zeros < len(head) * _UTF16_ZEROS or others * 4 > zeros:
        return None
    text = _try(data, codec)
    if text is None or sum(char < " " and char not in "\t\n\r\x0c" for char in text[:4_096]) > 4:
        return None
    return codec


def _is_binary(data: bytes) -> bool:
    head = data[:65_536]
    return len(_CONTROL.findall(head)) > len(head) * _MAX_CONTROL_SHARE


def _known(charset: str | None) -> str | None:
    if not charset:
        return None
    try:
        name = codecs.lookup(charset.strip().strip("\"'")).name
    except (LookupError, ValueError):
        return None
    return _SUPERSETS.get(name, name)


def _meta_charset(data: bytes) -> str | None:
    found = _META.search(data[:_META_WINDOW])
    return _known(found[1].decode("ascii", "replace")) if found else None


def _strict(data: bytes, named: str | None) -> Decoded | None:
    """UTF-8 where it holds (other text hardly ever does), else the most plausible candidate."""
    if (text := _try(data, "utf-8")) is not None:
        return Decoded(text, "utf-8")
    read = [(c, t) for c in _candidates(named) if (t := _try(data, c)) is not None]
    if not read:
        return None
    codec, text = max(read, key=lambda pair: _plausible(pair[1]) + 0.02 * (pair[0] == named))
    return Decoded(text, codec) if _plausible(text) > 0 or codec == named else None


def _candidates(named: str | None) -> Iterator[str]:
    if named and not named.startswith("utf"):
        yield named
    yield from (codec for codec in _CHINESE if codec != named)


def _try(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except (UnicodeDecodeError, LookupError, ValueError):
        return None


def _plausible(text: str) -> float:
    """Share of everyday characters among those beyond ASCII, in −1..1; rare ones count against."""
    foreign = [char for char in text[:_SCORE_WINDOW] if char > "\x7f"]
    if not foreign:
        return 0.0
    everyday = _everyday()
    good = sum(char in everyday for char in foreign)
    return (2 * good - len(foreign)) / len(foreign)


@cache
def _everyday() -> frozenset[str]:
    """The first levels of GB 2312 and Big5 (ordered by use) and Chinese punctuation."""
    simplified = (bytes((a, b)) for a in range(0xB0, 0xD8) for b in range(0xA1, 0xFF))
    traditional = (
        bytes((a, b)) for a in range(0xA4, 0xC7) for b in (*range(0x40, 0x7F), *range(0xA1, 0xFF))
    )
    chars = {pair.decode("gb2312", "ignore") for pair in simplified}
    chars |= {pair.decode("big5", "ignore") for pair in traditional}
    chars |= set("\u3000\xa0、。·—…“”‘’〔〕〈〉《》「」『』【】()!,.:;?%/0123456789")
    return frozenset(chars - {""})


def _lenient(data: bytes) -> Decoded | None:
    """A few broken bytes in an otherwise readable text: replaced and said so."""
    tries = []
    for codec in ("utf-8", *_CHINESE):
        text = data.decode(codec, errors="replace")
        bad = text.count("\ufffd")
        if bad <= max(3, len(text) * _MAX_BAD_SHARE) and _plausible(text) > 0:
            tries.append((bad, codec, text))
    if not tries:
        return None
    bad, codec, text = min(tries, key=lambda item: item[0])
    return Decoded(text, codec, _bad_bytes(codec, bad))


def _guess(data: bytes) -> Decoded | None:
    """Last resort, for text that is not Chinese at all."""
    from charset_normalizer import from_bytes

    best = from_bytes(data[:65_536]).best()
    if best is None or best.encoding.startswith(("utf_16", "utf_32")):
        return None
    text = _try(data, best.encoding)
    return None if text is None else Decoded(text, best.encoding.replace("_", "-"))


def _checked_against(named: str | None, found: Decoded) -> Decoded:
    if named is None or named == found.encoding or found.text.isascii():
        return found
    note = reasons.CHARSET_OVERRULED.format(declared=named, actual=found.encoding)
    return Decoded(found.text, found.encoding, (note, *found.warnings))
