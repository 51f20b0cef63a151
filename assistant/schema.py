"""Schema: which item goes with which aspect, and what contains what, over all forms."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from assistant.lexicon import Lexicon, merged_vocabulary
from assistant.plan import Term
from ingest.form import Block, Entry, Form, Node, Vocabulary, built_in_forms


@dataclass(frozen=True)
class Schema:
    """`pairs`: item → aspects; `tables`: item → table id; both for printed and derived items."""

    vocabulary: Vocabulary
    pairs: dict[str, frozenset[str]]
    tables: dict[str, str]
    newest: dict[str, frozenset[str]]  # the pairs of the newest form alone

    @classmethod
    def of(cls, forms: Iterable[Form]) -> Schema:
        forms = tuple(forms)
        pairs: dict[str, set[str]] = {}
        tables: dict[str, str] = {}
        for form in forms:
            for table in form.tables:
                for block in table.blocks:
                    for item, aspect in _block_pairs(block):
                        pairs.setdefault(item, set()).add(aspect)
                        tables.setdefault(item, table.id)
        vocabulary = merged_vocabulary(forms)
        _add_derived(vocabulary, pairs, tables)
        newest: dict[str, set[str]] = {}
        for table in forms[0].tables if forms else ():
            for block in table.blocks:
                for item, aspect in _block_pairs(block):
                    newest.setdefault(item, set()).add(aspect)
        return cls(
            vocabulary,
            {i: frozenset(a) for i, a in pairs.items()},
            tables,
            {i: frozenset(a) for i, a in newest.items()},
        )

    def entry(self, item: str) -> Entry:
        """The vocabulary entry of an item of the tables or of a fact of the prose."""
        found = self.vocabulary.items.get(item)
        return found if found is not None else self.vocabulary.prose[item]

    def allows(self, item: str, aspect: str) -> bool:
        return aspect in self.pairs.get(item, ())

    def default_aspect(self, item: str) -> str:
        """The aspect meant when none is named; "" where several are equally likely."""
        if item in self.vocabulary.prose:
            return "prose"
        named = self.vocabulary.items[item].default_aspect
        if named and self.allows(item, named):
            return named
        aspects = self.pairs.get(item, frozenset())
        if "total" in aspects:
            return "total"
        return next(iter(aspects)) if len(aspects) == 1 else ""

    def default_item(self, aspect: str) -> str:
        return self.vocabulary.aspects[aspect].default_item

    def members(self, item: str) -> tuple[str, ...]:
        return () if item in self.vocabulary.prose else self.vocabulary.items[item].sum_of

    def contains(self, whole: str, part: str) -> bool:
        """Whether item `part` is counted inside item `whole`."""
        if part == whole:
            return False
        if whole in self.vocabulary.prose or part in self.vocabulary.prose:
            return self.whole_of(part) == (whole,)
        return part in self._closure(whole) or self.whole_of(part) == (whole,)

    def whole_of(self, item: str) -> tuple[str, ...]:
        """The items whose sum a share of `item` is taken of when none is named; () if none."""
        named = {**self.vocabulary.items, **self.vocabulary.prose}[item].whole
        return tuple(named.split("+")) if named else ()

    def _closure(self, item: str) -> set[str]:
        found: set[str] = set()
        for child in self.entry(item).sum_of:
            found |= {child, *self._closure(child)}
        return found

    def aspect_contains(self, whole: str, part: str) -> bool:
        if whole == "total":
            return part != "total"
        if whole == "prose":
            return False
        return part in self.vocabulary.aspects[whole].sum_of

    def unit(self, term: Term) -> str:
        """The unit that the vocabulary gives for a term; "" where the table says."""
        if term.item in self.vocabulary.prose:
            return self.vocabulary.prose[term.item].unit
        return self.vocabulary.aspects[term.aspect].unit

    def label(self, term: Term) -> str:
        """How answers call a term: 予以公开（自然人）, 行政复议·结果纠正, 行政许可."""
        if term.item in self.vocabulary.prose:
            return self.vocabulary.prose[term.item].name
        item = self.vocabulary.items[term.item].name
        if term.aspect == self.default_aspect(term.item) and len(self.pairs[term.item]) == 1:
            return item
        if term.aspect == "total":
            return item
        aspect = self.vocabulary.aspects[term.aspect].name
        return f"{item}（{aspect}）" if self.tables.get(term.item) == "三" else f"{item}·{aspect}"

    def is_named(self, item: str, text: str) -> bool:
        """Whether `text` holds two neighbouring characters of the item's name ("复议纠错率")."""
        if item not in self.vocabulary.items:
            return False
        name = self.entry(item).name
        return any(name[at : at + 2] in text for at in range(len(name) - 1))

    def rate_fits(self, rate: str, item: str) -> bool:
        """Whether the rate can be said of `item`: one of an item's aspects, which `item` has,
        too."""
        entry = self.vocabulary.derived[rate]
        terms = [t.lstrip("-").split(".") for t in (*entry.numerator, *entry.denominator)]
        own = all(len(t) == 2 and self.allows(item, t[1]) for t in terms)
        return own and len({t[0] for t in terms}) == 1

    def printed(self, names: Iterable[str]) -> list[str]:
        """The items named ("-suit.pending" names suit), sums as the items they add up."""
        items = [name.lstrip("-").partition(".")[0] for name in names]
        return [part for item in items for part in self.members(item) or (item,)]

    def sum_parts(self, term: Term) -> list[Term]:
        """The terms whose sum `term` is where its own cell is not printed; [] if it is a cell."""
        if term.item in self.vocabulary.prose:
            return []
        items = self.vocabulary.items[term.item].sum_of
        if items:
            return [Term(child, term.aspect, term.sign) for child in items]
        aspects = self.vocabulary.aspects[term.aspect].sum_of
        return [Term(term.item, child, term.sign) for child in aspects]


def _block_pairs(block: Block) -> list[tuple[str, str]]:
    rows, columns = _ids(block.rows), _ids(block.columns)
    if not block.rows:
        return _nested_pairs(block.columns)
    if block.item_axis == "rows":
        return [(item, aspect) for item in rows for aspect in columns]
    return [(item, aspect) for item in columns for aspect in rows]


def _nested_pairs(nodes: Iterable[Node], items: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    """Table 四: items above, aspects under them, all in the column header."""
    found = []
    for node in nodes:
        if node.children:
            found += _nested_pairs(node.children, (*items, node.id) if node.id else items)
        else:
            found += [(item, node.id) for item in items]
    return found


def _ids(nodes: Iterable[Node]) -> list[str]:
    found = []
    for node in nodes:
        if node.id:
            found.append(node.id)
        found += _ids(node.children)
    return found


def _add_derived(
    vocabulary: Vocabulary, pairs: dict[str, set[str]], tables: dict[str, str]
) -> None:
    for id_ in vocabulary.prose:
        pairs[id_], tables[id_] = {"prose"}, "prose"
    for aspects in pairs.values():
        aspects |= {
            id_
            for id_, entry in vocabulary.aspects.items()
            if entry.sum_of and set(entry.sum_of) <= aspects
        }
    for _ in range(3):  # a derived item may sum derived items
        for id_, entry in vocabulary.items.items():
            parts = [pairs[part] for part in entry.sum_of if part in pairs]
            if parts:
                pairs.setdefault(id_, set()).update(set.intersection(*parts))
                tables.setdefault(id_, tables[entry.sum_of[0]])


@lru_cache(maxsize=1)
def built_in_schema() -> Schema:
    Lexicon.built_in()
    return Schema.of(built_in_forms())
