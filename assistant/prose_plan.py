"""Prose plans: which questions go to the sentences of the reports instead of their tables."""

from __future__ import annotations

from dataclasses import replace

from assistant import mending
from assistant.catalog import Catalog, names_of
from assistant.context import Context
from assistant.lexicon import Lexicon
from assistant.messages import message
from assistant.numbers import YEAR
from assistant.plan import Plan
from assistant.prose_beside import tells
from assistant.prose_lexicon import prose_lexicon
from assistant.prose_question import asks_number
from assistant.prose_topics import asks_plans, asks_topic
from assistant.quote_question import asks_item, of_whole_list
from assistant.scope import publishers_named
from assistant.section_question import names_section
from assistant.settling import refuse_out_of_scope, settle
from assistant.slots import CONTENT, Slots
from assistant.tagger import Reading

# These compute: without a measure of their own they go on about the last one.
_NUMERIC = (
    "check",
    "chart",
    "table",
    "stored",
    "growth",
    "change",
    "difference",
    "times",
    "points",
    "compare",
)
BESIDE = "beside"  # of a plan that goes to the sentences told last, before any other
_SHORT = 10  # characters of a follow-up that leans on the sentence before
_PERIODS = ("per_month", "per_day", "per_week", "per_quarter")
_COUNTING = ("check", "chart", "table", "stored", "growth", "times", "points")
_GOING_ON = (
    "why",
    "chart",
    "table",
    "share",
    "share_verb",
    "growth",
    "change",
    "maximum",
    "minimum",
    "rank",
    "breakdown",
    "sum",
    "difference",
    "times",
    "convert",
    "trend",
    "mean",
    "points",
    "on_concluded",
    "kinds",
    "more",
    "less",
    "compare",
    "check",
    "per_month",
    "per_day",
    "per_workday",
    "per_week",
    "per_quarter",
    "next",
)


def prose_plan(
    slots: Slots,
    reading: Reading,
    catalog: Catalog,
    turn: Context,
    carried: list[str],
    question: str,
) -> Plan | None:
    """A plan over the prose where a word is unknown or nothing of the tables is named."""
    again = _item_of_last(question, turn, carried)
    again = again or _beside_last(slots, turn, question)
    again = again or _asked_again(slots, reading, catalog, turn, carried, question)
    if again:
        return again
    gaps = [gap for gap in reading.gaps if not mending.is_noise(gap)] + denied_names(slots)
    whole = names_section(question) and not slots.any("quantity")
    if not (gaps or whole or _is_open(slots, turn, question) or _tells_of_number(slots)):
        return None
    if not asks_plans(question):
        refuse_out_of_scope(slots)
    announced = _year_before_plans(slots, catalog, question)
    scope = settle(slots, slots, catalog, turn, carried, {"optional"})
    scope.notes += announced
    turn.publishers, turn.years = scope.publishers or turn.publishers, scope.years or turn.years
    return Plan(
        "prose",
        query=question,
        told=told(reading),
        publishers=scope.publishers,
        years=scope.years,
        explain=(*(f"gap:{gap}" for gap in gaps), f"phrase:{subject_of(reading)}"),
        count_only=slots.any("quantity") or slots.has("share", "share_verb", "times"),
        explain_units=tuple(sorted(slots.units())),
        notes=tuple(scope.notes),
    )


def in_words(question: str, plan: Plan) -> Plan:
    """The plan for what the prose says of the measures of `plan`."""
    points = plan.points
    return Plan(
        "prose",
        query=question,
        told=question,
        publishers=tuple(dict.fromkeys(point.publisher for point in points)) or plan.publishers,
        years=tuple(dict.fromkeys(point.year for point in points)) or plan.years,
        count_only=asks_number(question),
        notes=plan.notes,
    )


def _item_of_last(question: str, turn: Context, carried: list[str]) -> Plan | None:
    """ "第二个呢?" after a list of the prose."""
    plan = turn.plan
    if plan is None or plan.op != "prose" or turn.lost or asks_topic(question):
        return None
    if not asks_item(question) or not asks_topic(plan.query):
        return None
    carried.append(plan.query)
    return replace(plan, query=f"{of_whole_list(plan.query)}，{question}", told=question)


def _beside_last(slots: Slots, turn: Context, question: str) -> Plan | None:
    """ "办结了多少" after a sentence of the prose that says it: no row of a table."""
    scoped = any(slots.any(kind) for kind in ("place", "year", "year_word", "group"))
    last = turn.plan is not None and turn.plan.op == "prose" and not turn.lost
    if not last or scoped or len(slots.pieces) != 1 or not slots.any("quantity"):
        return None
    word = slots.tags[slots.pieces[0]].text.strip("的了")
    if len(question) > _SHORT or len(word) < 2 or not tells(turn.told, word):
        return None
    return Plan(
        "prose",
        query=question,
        told=question,
        publishers=turn.publishers,
        years=turn.years,
        explain=(BESIDE,),
        count_only=True,
    )


def _asked_again(
    slots: Slots,
    reading: Reading,
    catalog: Catalog,
    turn: Context,
    carried: list[str],
    question: str,
) -> Plan | None:
    """ "2022年的呢?" after a question to the prose asks it again of another report."""
    scoped = slots.any("year") or slots.any("place") or slots.any("year_word")
    plan = turn.plan
    if slots.pieces or reading.gaps or not scoped or plan is None or plan.op != "prose":
        return None
    query = of_whole_list(YEAR.sub("", plan.query))
    names = [name for publisher in turn.publishers for name in names_of(publisher)]
    for name in sorted(names, key=len, reverse=True):
        query = query.replace(name, "")  # "示例区呢" after "海淀的改进措施"
    scope = settle(slots, slots, catalog, turn, carried, {"optional"})
    if slots.has(*_NUMERIC) and len(scope.years) == 2 and len(turn.years) == 1:
        query = f"{turn.years[0]}年{question}，{query}"  # "比2022年多几场" after 2023
    turn.publishers, turn.years = scope.publishers or turn.publishers, scope.years or turn.years
    carried.append(plan.query)
    return replace(
        plan,
        query=query,
        publishers=scope.publishers,
        years=scope.years,
        notes=tuple(scope.notes),
    )


def _is_open(slots: Slots, turn: Context, question: str) -> bool:
    """Whether no measure is named, nothing is to be computed and no earlier question goes on."""
    named = any(not slots.tags[at].senses[0].weak for at in slots.pieces)
    counted = slots.any("quantity") or slots.any("number")
    items = any(_kinds(slots, at) & {"item", "derived", "group"} for at in slots.pieces)
    if slots.has(*_PERIODS) and slots.has("explain", "which") and not (items or counted):
        return True  # "每季度公布的是什么"
    if asks_topic(question) and not (named or counted or slots.has(*_COUNTING)):
        return True
    if named or slots.has(*_NUMERIC) or (slots.pieces and not slots.has("summary")):
        return False
    if asks_topic(question):
        return True
    asks = slots.has("which", "summary", "explain", "why", "breakdown") or not slots.any("quantity")
    return asks and not _goes_on(slots, turn)


def _year_before_plans(slots: Slots, catalog: Catalog, question: str) -> list[str]:
    """ "2025年打算怎么做": the report of the year before announces it. Changes `slots`; the note
    says so."""
    if not asks_plans(question):
        return []
    named = publishers_named(slots, catalog)
    stored = catalog.years_of(named) if named else catalog.years
    for at, tag in enumerate(slots.tags):
        years = tag.value if tag.kind == "year" and isinstance(tag.value, tuple) else ()
        if len(years) == 1 and years[0] not in stored and years[0] - 1 in stored:
            slots.tags[at] = replace(tag, value=(years[0] - 1,))
            return [message("plans_of", year=years[0], told=years[0] - 1)]
    return []


def _tells_of_number(slots: Slots) -> bool:
    """ "59个事项发布在哪里": a number of the prose is named, and what is said of it asked for."""
    named = any({"item", "derived", "group", "prose"} & _kinds(slots, at) for at in slots.pieces)
    many = Lexicon.built_in().pattern("how_many")
    counts = any(tag.kind == "quantity" and many.search(tag.text) for tag in slots.tags)
    asks = slots.has("which", "which_place", "explain") or slots.any("quantity")
    computes = slots.has(*_NUMERIC)
    return asks and slots.any("number") and not (named or counts or computes)


def _kinds(slots: Slots, at: int) -> set[str]:
    return {sense.kind for sense in slots.tags[at].senses}


def _goes_on(slots: Slots, turn: Context) -> bool:
    """Whether a question without a measure is about what was asked before."""
    if turn.is_new:
        return False
    scoped = slots.any("year") or slots.any("year_word") or slots.any("place")
    bare = all(
        tag.kind == "filler" or {"explain", "basis"} & {*tag.ids("op")} for tag in slots.tags
    )
    if bare and turn.frame.terms:
        return True  # "是什么意思", "法律依据是什么"
    return (
        any(slots.any(kind) for kind in ("ellipsis", "pronoun", "correction", "unit_word"))
        or slots.has(*_GOING_ON)
        or (scoped and not slots.has("which", "summary"))
    )


def told(reading: Reading) -> str:
    """The question without the words that say nothing ("听说", "好些个", "来着")."""
    kept, at = "", 0
    counters = prose_lexicon()
    for tag in sorted(reading.tags, key=lambda tag: tag.start):
        long = tag.end - tag.start > 1 and not counters.names_counter(tag.text)
        if tag.kind == "filler" and long and tag.start >= at:
            kept, at = kept + reading.text[at : tag.start] + " ", tag.end
    return kept + reading.text[at:]


def subject_of(reading: Reading) -> str:
    """The words of a question that could name a measure, "" where one is named already: a word
    beside a known name narrows it, and is no other name for it."""
    if any(tag.kind in CONTENT for tag in reading.tags):
        return ""
    kept = list(reading.text)
    for tag in reading.tags:
        if tag.kind not in ("item", "aspect", "derived", "group"):
            kept[tag.start : tag.end] = [""] * (tag.end - tag.start)
    return "".join(kept).strip()


def denied_names(slots: Slots) -> list[str]:
    """Names with an unexplained 没/未/不 right before them: not the same measure."""
    found = []
    for at in slots.pieces:
        back = 2 if at > 1 and slots.tags[at - 1].text in Lexicon.built_in().words["may"] else 1
        before = slots.tags[at - back] if at >= back else None  # "没能全给"
        whether = at + 1 < len(slots.tags) and slots.tags[at + 1].kind == "negation"
        if (
            before is not None
            and before.kind == "negation"
            and before.text not in ("不是", "非")
            and not whether
        ):
            found.append(before.text + slots.tags[at].text)
    return found
