"""Text of Word paragraphs: what is printed, automatic numbers included, deletions not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ingest.loaders.white_space import fold

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
TEXT_BOX = f"{W}txbxContent"
# Deleted or moved text, the fallback copy of a shape, pinyin above characters, properties.
_SKIPPED = frozenset(
    [f"{W}del", f"{W}moveFrom", f"{_MC}Fallback", f"{W}rt", f"{W}pPr", f"{W}instrText", TEXT_BOX]
)
_FOOTNOTE = re.compile(r"[\[［]?\s*(?:\d{1,3}|[*※①-⑳])\s*[\]］]?")


def attribute(element: Any, name: str, default: str = "") -> str:
    """A w: attribute of `element` (which may be None)."""
    return default if element is None else str(element.get(W + name, default))


def is_on(element: Any) -> bool:
    """Whether a toggle property is there and not switched off."""
    return element is not None and attribute(element, "val", "1") not in ("0", "false", "off")


def paragraph_text(paragraph: Any) -> str:
    """Printed text of a w:p, raw; text boxes are left to `text_boxes`."""
    parts: list[str] = []
    stack = list(reversed(list(paragraph)))
    while stack:
        node = stack.pop()
        tag = node.tag
        if tag in _SKIPPED or not isinstance(tag, str):
            continue
        if tag == f"{W}r":
            _run(node, parts, stack)
        elif tag in (f"{W}t", f"{_MATH}t"):
            parts.append(node.text or "")
        elif tag in (f"{W}br", f"{W}cr"):
            parts.append("\n")
        elif tag in (f"{W}tab", f"{W}ptab"):
            parts.append("\t")
        elif tag == f"{W}noBreakHyphen":
            parts.append("-")
        else:
            stack.extend(reversed(list(node)))
    return "".join(parts)


def _run(run: Any, parts: list[str], stack: list[Any]) -> None:
    """Push a run's content unless it is hidden, struck out or a footnote mark behind a number."""
    look = run.find(f"{W}rPr")
    if look is not None:
        if any(is_on(look.find(W + name)) for name in ("vanish", "strike", "dstrike")):
            return
        raised = attribute(look.find(f"{W}vertAlign"), "val") == "superscript"
        mark = "".join(text.text or "" for text in run.iter(f"{W}t"))
        if raised and "".join(parts)[-1:].isdigit() and _FOOTNOTE.fullmatch(fold(mark)):
            return
    stack.extend(child for child in reversed(list(run)) if child.tag != f"{W}rPr")


def text_boxes(paragraph: Any) -> Iterator[Any]:
    """Content of text boxes anchored in a paragraph, the fallback copies left out."""
    stack = list(reversed(list(paragraph)))
    while stack:
        node = stack.pop()
        if node.tag == TEXT_BOX:
            yield node
        elif node.tag != f"{_MC}Fallback":
            stack.extend(reversed(list(node)))
