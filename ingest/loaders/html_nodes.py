"""Reading a parsed page: what is hidden, what is a block, and the printed text of a cell."""

from __future__ import annotations

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborNode

from ingest.loaders.white_space import fold


def words(text: str) -> frozenset[str]:
    """The words of `text` as a set."""
    return frozenset(text.split())


NEVER_SHOWN = words(
    "script style template noscript head meta link title object embed iframe svg math canvas "
    "audio video map datalist del s strike"
)
# Controls of a page, never part of a report.
CONTROLS = words("button select option textarea input")
BLOCKS = words(
    "address article aside blockquote body caption center dd details dialog dir div dl dt fieldset "
    "figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu nav "
    "ol p pre section summary table tbody td tfoot th thead tr ul"
)
_HIDING_STYLE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all", re.IGNORECASE
)
_SUPERSCRIPT_STYLE = re.compile(r"vertical-align\s*:\s*super", re.I)
_RAISED_TAGS = frozenset(("sup", "span", "font", "a"))
_FOOTNOTE = re.compile(r"[\[［(（〔]?\s*(?:[\d*※#]{1,3}|[①-⑳]|注\s*\d*)\s*[\]］)）〕]?")


def is_hidden(node: LexborNode, tag: str) -> bool:
    """Whether a browser would not show this element."""
    if tag in NEVER_SHOWN or tag in CONTROLS:
        return True
    attributes = node.attributes
    if not attributes:
        return False
    if "hidden" in attributes:
        return True
    style = attributes.get("style")
    return bool(style and _HIDING_STYLE.search(style))


def children(node: LexborNode) -> list[LexborNode]:
    """Children in document order."""
    found = []
    child = node.child
    while child is not None:
        found.append(child)
        child = child.next
    return found


def elements(node: LexborNode, *tags: str) -> Iterator[LexborNode]:
    """Direct children with one of these tags."""
    return (child for child in children(node) if child.tag in tags)


class CellText:
    """The text of one cell; `dropped` counts footnote marks left out behind a number."""

    def __init__(self) -> None:
        self.dropped = 0

    def read(self, cell: LexborNode) -> str:
        """Printed text of `cell`, folded to one line."""
        only = cell.child
        if only is None:
            return ""
        if only.next is None and only.tag == "-text":
            return fold(only.text_content or "")
        parts: list[str] = []
        stack: list[LexborNode | str] = list(reversed(children(cell)))
        while stack:
            node = stack.pop()
            if isinstance(node, str):
                parts.append(node)
            elif node.tag == "-text":
                parts.append(node.text_content or "")
            else:
                self._element(node, parts, stack)
        return fold("".join(parts))

    def _element(self, node: LexborNode, parts: list[str], stack: list[LexborNode | str]) -> None:
        tag = node.tag or ""
        if tag == "br":
            parts.append("\n")
        elif tag == "-comment" or is_hidden(node, tag) or self.is_footnote(node, tag, parts):
            return
        else:
            if tag in BLOCKS:
                parts.append("\n")
                stack.append("\n")
            stack.extend(reversed(children(node)))

    def is_footnote(self, node: LexborNode, tag: str, parts: list[str]) -> bool:
        """A raised mark behind a number would read as one more digit of it."""
        if tag not in _RAISED_TAGS or not parts:
            return False
        if tag != "sup" and not _SUPERSCRIPT_STYLE.search(node.attributes.get("style") or ""):
            return False
        before = "".join(parts[-3:]).rstrip()
        found = before[-1:].isdigit() and _FOOTNOTE.fullmatch(fold(node.text() or ""))
        self.dropped += bool(found)
        return bool(found)
