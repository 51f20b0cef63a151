"""Follow-up: a sub-question after others, and how it is tied to them."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.context import Context
from assistant.frame import Frame
from assistant.lexicon import Lexicon
from assistant.messages import message
from assistant.plan import Clarify, Term
from assistant.schema import Schema
from assistant.scope import ScopeError
from assistant.slots import CONTENT, Slots

# What ties a sub-question to the one before it.
_POINTING = (
    "ellipsis",
    "pronoun",
    "correction",
    "year",
    "year_word",
    "place",
    "every_place",
    "unit_word",
    "number",
    "top",
    "ordinal",
)
_BARE = ("quantity", "filler", "and", "of", "ellipsis")
_SHORT = 8  # characters of a follow-up that names a measure and no more
OPENING = 2  # words within which 其中 opens a follow-up
_NAMED = 4  # measures that are named where a follow-up leans on them
_THINGS = ("个", "项", "类", "种")
_FEW_WORDS = 4  # characters of fillers that a bare "一共有几件" may hold


@dataclass
class FollowUp:
    """A sub-question after others: its words, its frame so far, and what went before."""

    segment: Slots
    frame: Frame
    turn: Context
    schema: Schema
    carried: list[str]

    @property
    def is_elliptic(self) -> bool:
        segment = self.segment
        return segment.any("ellipsis") or not (
            segment.any("quantity")
            or segment.has(
                "share", "share_verb", "growth", "change", "difference", "times", "maximum"
            )
        )

    @property
    def goes_on(self) -> bool:
        """Whether the kind or outcome spoken of before may be meant again."""
        corrects = self.segment.any("correction")
        return self.is_elliptic or corrects or self.points_at_one or self.is_bare

    @property
    def points_at_one(self) -> bool:
        """ "这类组织转到下年的": the applicant kind that was asked about."""
        pronouns = self.segment.all("pronoun")
        return any("one" in tag.ids("pronoun") and not tag.of("ellipsis") for tag in pronouns)

    @property
    def pointed_at(self) -> int:
        """How many of the measures asked before a pronoun stands for: 2 of "这两个", 1 of "它"
        and of none."""
        asked = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "all": len(self.turn.terms)}
        named = [tag.ids("pronoun")[0] for tag in self.segment.tags if tag.ids("pronoun")]
        return max((asked.get(name, 1) for name in named), default=1)

    @property
    def counted(self) -> int:
        """How many things "四个加起来" says, 0 where no such number is said."""
        numbers = [int(n) for n, unit, _ in self.segment.numbers() if unit in _THINGS and n < 10]
        return numbers[0] if len(numbers) == 1 and numbers[0] > 1 else 0

    def opening_copula(self) -> int:
        """Where 是 stands in "是自然人的百分之几": what follows it is the whole; −1 where not."""
        tags = self.segment.tags
        at = next((at for at, tag in enumerate(tags) if tag.of("copula")), -1)
        opens = at >= 0 and "%" in self.segment.units()
        return at if opens and all(piece > at for piece in self.segment.pieces) else -1

    @property
    def is_bare(self) -> bool:
        """ "企业新收几件、办结几件", "办完几件?": nothing but a measure and its question word."""
        segment, said = self.segment, "".join(tag.text for tag in self.segment.tags)
        wide = bool(Lexicon.built_in().pattern("wide").search(said))
        bare = all(
            tag.kind in _BARE or tag.kind in CONTENT or (at == 0 and tag.of("ellipsis"))
            for at, tag in enumerate(segment.tags)
        )
        same_question = bool(self.turn.now)
        if segment.tags[0].text in Lexicon.built_in().words["another"] or (
            self.turn.shared and not same_question
        ):
            return False  # "另，上年结转几件" after "自然人占比"
        return bare and not wide and (same_question or len(said) <= _SHORT) and bool(segment.pieces)

    @property
    def opens_inside(self) -> bool:
        """ "其中予以公开的", "里面予以公开的有几件": inside what was asked before."""
        return self.segment.ops().get("of_which", [OPENING])[0] < OPENING

    @property
    def same_share(self) -> bool:
        """ "复议后起诉的这个比例": the share that was asked of another item."""
        return self.turn.shared and self.segment.any("pronoun") and self.segment.has("share")

    def adds_to_last(self) -> bool:
        """ "加上不掌握的一共": what the sum begins with was said before."""
        sign = self.segment.ops()["add"][0]
        before = [at for at in self.segment.pieces if at < sign]
        alone = len(before) == 1 == len(self.segment.pieces)  # "把无法提供也加上呢"
        return not before or (alone and self.segment.any("ellipsis"))

    def compares_with_it(self) -> bool:
        """ "处罚是它的几倍", "许可和它差多少": one measure against what was asked before."""
        segment, last = self.segment, self.turn.frame.terms
        it = any(
            "one" in tag.ids("pronoun") and not tag.of("ellipsis") and not self._is_apposed(at)
            for at, tag in enumerate(segment.tags)
        )
        compares = segment.has("times", "ratio", "difference", "more", "less")
        named = len(self.frame.terms) == 1 and not self.frame.derived
        return it and compares and named and len(last) == 1 and last != self.frame.terms

    def _is_apposed(self, at: int) -> bool:
        """ "需要另外制作的那种": the words before it say which."""
        before = self.segment.tags[max(at - 1, 0) : at]
        named = at - 1 in self.segment.pieces and before[0].text.endswith("的")
        return named or any(tag.of("of") for tag in before)

    def refuse_lost(self) -> None:
        """After a question without an answer: what points back at it points at nothing.
        Raises ScopeError."""
        segment = self.segment
        verb = segment.ops().get("share_verb", [-1])[0]
        opens = verb >= 0 and not any(at < verb for at in segment.pieces)
        inside = any(at < 2 for at in segment.ops().get("of_which", []))
        kinds = bool(self.frame.only_aspects) and not segment.any("item")
        follows = (not self.turn.is_new and self.frame.is_empty) or kinds
        points = any(
            tag.kind == "pronoun" and not (segment.pieces and tag.of("ellipsis"))
            for tag in segment.tags
        )
        if follows or opens or inside or points:
            raise ScopeError(Clarify(message("which_measure")))

    def names_whole_of_last(self) -> bool:
        last = self.turn.frame.terms
        verb = self.segment.ops().get("share_verb", [-1])[0]
        if verb >= 0 and all(at > verb for at in self.segment.pieces):
            return False  # "那个占不予处理的几成": the whole of a share
        return (
            len(last) == 1
            and bool(self.frame.terms)
            and all(self.schema.contains(term.item, last[0].item) for term in self.frame.terms)
        )

    def refuse_unread(self) -> None:
        """ "说不清楚要啥的几件": words that say something, but name no measure and point at nothing
        that was said before, are no follow-up. Raises ScopeError."""
        segment = self.segment
        points = any(segment.any(kind) for kind in _POINTING) or segment.ops()
        said = "".join(tag.text for tag in segment.all("filler"))
        unread = len(said) > _FEW_WORDS or (self.repeats and not self._only_asks(said))
        if segment.any("quantity") and not points and unread:
            raise ScopeError(Clarify(message("which_measure")))

    @property
    def repeats(self) -> bool:
        """Whether asking for the same again would only get the answer just given."""
        plan = self.turn.plan
        return plan is not None and plan.op == "lookup" and not self.turn.shared

    @staticmethod
    def _only_asks(said: str) -> bool:
        """ "一共是多少": nothing that could be another measure ("给了多少")."""
        return bool(Lexicon.built_in().pattern("only_asks").fullmatch(said))

    def names_only_whole(self, verb: int) -> bool:
        pieces, last = self.segment.pieces, self.turn.frame.terms
        within = {at - 1 for at in self.segment.ops().get("of_which", [])}  # "在办理结果里占多少"
        only_after = verb >= 0 and pieces and all(at > verb or at in within for at in pieces)
        other = last and set(last) != set(self.frame.terms)
        return bool(only_after and other and not self.frame.whole)

    def sums_before(self, verb: int) -> bool:
        """ "一共占办结总数多少": the sum of what was asked one by one."""
        sums = self.segment.ops().get("sum", [])
        return bool(sums) and sums[0] < verb and len(self.turn.terms) > 1

    def tell(self, terms: list[Term]) -> None:
        self.carried.append(named([self.schema.label(term) for term in terms]))


def named(names: list[str]) -> str:
    """The names, of many the first ones and how many there are."""
    if len(names) <= _NAMED:
        return "、".join(names)
    return message("and_more", names="、".join(names[:_NAMED]), count=len(names))
