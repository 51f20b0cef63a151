"""Refuse markup that would cost the HTML tree builder time or memory out of proportion.

The HTML standard's tree builder is quadratic in two cases: deep nesting (every new block looks
through the open ones) and formatting tags never closed (each new block re-opens all of them).
One linear pass over the tags bounds both before the parser runs.
"""

from __future__ import annotations

import re

from ingest.errors import UnsafeSourceError
from ingest.loaders import reasons
from ingest.loaders.html_nodes import words
from ingest.loaders.limits import Limits

_TAG = re.compile(r"<(/?)([a-zA-Z][^\s/>]{0,40})")
_LONG_TAG = re.compile(r"<[a-zA-Z][^>]{16000,}")
_FORMATTING = words("a b big code em font i nobr s small strike strong tt u")
# Void elements and those that their next sibling closes: never nested by being left open.
_FLAT = words(
    "area base br col embed hr img input link meta param source track wbr "
    "p li dd dt option tr td th tbody thead tfoot"
)


def check_markup(html: str, source: str, limits: Limits) -> None:
    """Raise UnsafeSourceError where `html` is too long, too deep or too misnested."""
    if len(html) > limits.html_chars:
        raise UnsafeSourceError(
            source, reasons.TOO_LARGE.format(limit=limits.html_chars // 1024 // 1024)
        )
    if html.count("<") > 2 * limits.html_tags:
        raise UnsafeSourceError(source, reasons.TOO_COMPLEX)
    _check_attributes(html, source, limits)
    tags, depth, formatting = _measure(html, source, limits)
    if tags > limits.html_tags:
        raise UnsafeSourceError(source, reasons.TOO_COMPLEX)
    if tags * depth > limits.html_depth_work:
        raise UnsafeSourceError(source, reasons.TOO_DEEP)
    if tags * formatting > limits.html_formatting_work and formatting > 8:
        raise UnsafeSourceError(source, reasons.TOO_COMPLEX)


def _check_attributes(html: str, source: str, limits: Limits) -> None:
    """Attributes of one tag are compared pairwise by the parser."""
    for found in _LONG_TAG.finditer(html):
        if len(found[0].split(None, limits.html_attributes)) > limits.html_attributes:
            raise UnsafeSourceError(source, reasons.TOO_COMPLEX)


def _measure(html: str, source: str, limits: Limits) -> tuple[int, int, int]:
    """(tags, most tags open at once, most formatting tags open at once)."""
    opened: dict[str, int] = {}
    tags = depth = deepest = formatting = most_formatting = 0
    for slash, tag in _TAG.findall(html):
        name = tag.lower()
        tags += 1
        if name in _FLAT:
            continue
        step = -1 if slash else 1
        if opened.get(name, 0) + step < 0:
            continue
        opened[name] = opened.get(name, 0) + step
        depth += step
        if depth > deepest:
            deepest = depth
            if depth > limits.html_depth:
                raise UnsafeSourceError(source, reasons.TOO_DEEP)
        if name in _FORMATTING:
            formatting += step
            most_formatting = max(most_formatting, formatting)
    return tags, deepest, most_formatting
