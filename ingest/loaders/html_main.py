"""The part of a page that holds the report, and what the page says about itself."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

from ingest.loaders.html_nodes import children, is_hidden
from ingest.loaders.page_rules import PageRules, page_rules
from ingest.loaders.white_space import fold

# The article's element must hold this share of the page's unlinked text.
_MAIN_SHARE = 0.5
# Noise that is not mostly links may hold this many characters at most, and no full sentence.
_NOISE_TEXT = 200
_TITLE_LENGTH = 80
_LINKED_SHARE = 0.6
_WORDS = re.compile(r"[a-z0-9]+")


def page_facts(tree: LexborHTMLParser) -> tuple[str | None, dict[str, str]]:
    """<title> (or the title a meta states) and the meta fields that page.yaml lists."""
    names = page_rules().meta_names
    meta: dict[str, str] = {}
    for node in tree.css("meta"):
        attributes = node.attributes
        name = (attributes.get("name") or attributes.get("property") or "").strip().lower()
        content = fold(attributes.get("content") or "")
        if name in names and content:
            meta.setdefault(names[name], content)
    title = tree.css_first("title")
    text = fold(title.text() or "") if title is not None else ""
    return text or meta.get("ArticleTitle") or None, meta


def main_nodes(tree: LexborHTMLParser) -> list[LexborNode]:
    """Nodes to read in order: the article's element if it clearly holds the report, else the
    body, in both cases with clear noise taken out. Never loses the report: in doubt, all is read.
    """
    body = tree.body
    if body is None:
        return [] if tree.root is None else [tree.root]
    _drop_noise(body)
    container = _container(body)
    if container is None:
        return [body]
    return [*_headings_before(body, container), container]


def _drop_noise(body: LexborNode) -> None:
    rules = page_rules()
    stack = children(body)
    while stack:
        node = stack.pop()
        tag = node.tag or ""
        if tag.startswith("-") or tag == "table":
            continue
        if is_hidden(node, tag) or (_named_noise(node, tag, rules) and _is_noise(node, rules)):
            node.decompose()
        elif tag not in ("p", "span"):
            stack.extend(children(node))


def _named_noise(node: LexborNode, tag: str, rules: PageRules) -> bool:
    if tag in rules.noise_tags:
        return True
    attributes = node.attributes
    if not attributes or not ("id" in attributes or "class" in attributes):
        return False
    names = f"{attributes.get('id') or ''} {attributes.get('class') or ''}".lower()
    return not rules.noise_names.isdisjoint(_WORDS.findall(names))


def _is_noise(node: LexborNode, rules: PageRules) -> bool:
    """Named like noise, and in fact without heading, data table, section line or much prose."""
    if node.css_first("h1, h2, h3, table") is not None:
        return False
    text = fold(node.text(separator="\n") or "")
    linked = sum(len(fold(link.text() or "")) for link in node.css("a"))
    if linked < len(text) * _LINKED_SHARE and (len(text) > _NOISE_TEXT or "。" in text):
        return False
    return not _section_lines(node.text(separator="\n") or "", rules)


def _section_lines(text: str, rules: PageRules) -> int:
    lines = (fold(line) for line in text.split("\n"))
    return sum(bool(line) and bool(rules.section_line.match(line)) for line in lines)


def _container(body: LexborNode) -> LexborNode | None:
    """The innermost element named like an article's body that holds all tables and most text."""
    rules = page_rules()
    candidates = [
        node for node in body.css("[id], [class], article, main") if _is_named(node, rules)
    ]
    if not candidates:
        return None
    tables = len(body.css("table"))
    size = _unlinked(body)
    sections = _section_lines(body.text(separator="\n") or "", rules)
    for node in reversed(candidates):
        if (
            len(node.css("table")) == tables
            and _unlinked(node) >= size * _MAIN_SHARE
            and _section_lines(node.text(separator="\n") or "", rules) == sections
        ):
            return node
    return None


def _is_named(node: LexborNode, rules: PageRules) -> bool:
    if node.tag in ("article", "main"):
        return True
    if node.tag in ("table", "tbody", "tr", "td", "body", "html", "p", "span"):
        return False
    attributes = node.attributes
    names = f"{attributes.get('id') or ''} {attributes.get('class') or ''}".lower().split()
    return not rules.containers.isdisjoint(names)


def _unlinked(node: LexborNode) -> int:
    linked = sum(len(link.text() or "") for link in node.css("a"))
    return len(node.text() or "") - linked


def _headings_before(body: LexborNode, container: LexborNode) -> list[LexborNode]:
    """Titles of the page above the article: they often stand outside of its element."""
    found: list[LexborNode] = []
    for node in body.css("h1, h2, [id], [class], article, main"):
        if node.mem_id == container.mem_id:
            break
        if node.tag in ("h1", "h2") or _is_title(node):
            found.append(node)
    return [
        node for node in found if node.css_first("h1, h2, p, table, [class*=title]") in (None, node)
    ]


def _is_title(node: LexborNode) -> bool:
    names = f"{node.attributes.get('id') or ''} {node.attributes.get('class') or ''}".lower()
    return "title" in names and 0 < len(fold(node.text() or "")) <= _TITLE_LENGTH
