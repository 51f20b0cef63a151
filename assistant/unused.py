"""Unused words: a plan must answer for every word that names a measure or an operation.

What it leaves out was not understood where it stands, and an answer without it would be the answer
to another question: it is asked back instead.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from assistant.frame import Frame
from assistant.lexicon import Lexicon
from assistant.mentions import TURNED, is_applied_for, is_place_word, other_side_wins
from assistant.messages import message
from assistant.namesakes import borne_by
from assistant.plan import Clarify, Plan, Quantity, Term
from assistant.quantities import MONEY_UNITS
from assistant.schema import Schema
from assistant.scope import ScopeError
from assistant.slots import CONTENT, Slots
from assistant.tagger import Tag
from assistant.totals import asks_how_many_per_one

_ORDERS = ("maximum", "minimum", "rank", "spread", "portion", "filter", "breakdown")
# What a plan may do where the words ask for an operation.
_DOES: dict[str, tuple[str, ...]] = {
    "maximum": _ORDERS,
    "minimum": _ORDERS,
    "rank": _ORDERS,
    "difference": ("difference", "growth", "spread", "portion"),
    "points": ("difference", "growth", "spread"),
    "times": ("times", "spread", "portion", "growth"),
    "mean": ("mean", "median", "growth", "portion"),
    "growth": ("growth", "portion"),
    "change": ("growth", "difference", "trend", "spread", "portion"),
    "minus": ("difference", "growth"),
}
_CASES = "四"  # the table of reviews and lawsuits
_COMMON = ("new", "handled")  # 申请, 处理: said beside every other name
_SIGNED = ("difference", "change", "minus")  # a difference may be printed, or written with a sign
_CHANGES = ("change", "last_year")  # columns of the old form
_SHOWING = ("why", "check")
_KINDS = ("项", "类", "种")
_LIMITS = ("at_least", "at_most", "not_below", "not_above")
_ROUND = (10, 100, 1000, 10_000)


def refuse_unused(segment: Slots, plan: Plan, frame: Frame, schema: Schema) -> None:
    """Raises ScopeError with a question back where `plan` leaves out what `segment` names."""
    if plan.op == "explain":
        # "那一件结果是啥", "哪年没有重复申请": a case or a year is asked for, not a meaning
        counted = any(unit == "件" for _, unit, _ in segment.numbers())
        lost = bool(plan.points) and (counted or segment.has("which_year"))
    elif not plan.points or plan.op in _SHOWING:
        return
    else:
        lost = _loses(segment, plan, frame, schema)
    if lost:
        raise ScopeError(Clarify(message("not_put_together")))


def _loses(segment: Slots, plan: Plan, frame: Frame, schema: Schema) -> bool:
    return (
        _loses_operation(segment, plan)
        or _loses_base(segment, plan, schema)
        or _loses_unit(segment, plan, schema)
        or _loses_limit(segment, plan)
        or _loses_denial(segment, plan)
        or _loses_order(segment, plan, schema)
        or _loses_whole(segment, plan, schema)
        or _loses_number(segment, plan)
        or _loses_part(segment)
        or _loses_exception(segment, plan, frame, schema)
        or any(_unnamed(segment, plan, frame, schema))
    )


def _loses_operation(segment: Slots, plan: Plan) -> bool:
    quantities = [point.quantity for point in plan.points]
    minus = any(term.sign < 0 for quantity in quantities for term in quantity.terms)
    rate = any(quantity.whole or quantity.divisor for quantity in quantities)
    changes = any(t.aspect in _CHANGES for quantity in quantities for t in quantity.terms)
    for op, does in _DOES.items():
        other = (op in _SIGNED and (minus or changes)) or (op in ("mean", "growth") and rate)
        ordered = op in ("maximum", "minimum") and bool(plan.pick)
        if segment.has(op) and plan.op not in does and not (other or ordered):
            return True
    alone = plan.op == "lookup" and len(plan.points) == 1 and not (minus or rate)
    if (alone and _reads_one_of_two(segment, quantities[0])) or _loses_change(segment, plan):
        return True
    several = any({"all", "two", "three"} & set(tag.ids("pronoun")) for tag in segment.tags)
    if several and segment.has("sum") and segment.has("than") and plan.op == "difference":
        return True  # "比它们加起来还多吗"
    if segment.has("mean") and segment.has("median"):
        return True  # one of the two would be dropped
    checks = (_answers_once, _is_lone_rate, _orders_apart, _asks_order_of_nothing, _grows_from_mean)
    if _is_unknown_rate(segment) or any(check(segment, plan) for check in checks):
        return True
    if plan.op == "growth" and segment.has("mean") and "件" in _asked_units(segment):
        return True  # "年均增长多少件"
    twice = sum("growth" in tag.ids("op") for tag in segment.tags) > 1 and segment.has("than")
    sides = len(segment.ops().get("add", [])) > 1 and any(t.of("copula") for t in segment.tags)
    verbs = len(segment.ops().get("share_verb", [])) > 1
    crossed = {t.item for quantity in quantities for t in quantity.whole if t.sign > 0}
    halves = verbs and (len(plan.points) == 1 or len(crossed) > 1 or plan.op == "breakdown")
    if twice or sides or halves or ("件" in segment.units() and plan.op == "times"):
        return True
    single = all(len(quantity.terms) == 1 for quantity in quantities)
    summed = any(
        {"sum", "add"} & set(t.ids("op")) and "总" not in t.text and not _sums_group(at, segment)
        for at, t in enumerate(segment.tags)
    )
    if plan.op == "times" and summed and single and not segment.has("of_which"):
        return True  # "处罚与许可之和是申请的多少倍"
    listed = len(plan.points) > 1 and plan.op in ("lookup", "trend", "sum")
    pooled = segment.has("sum", "cumulative") and any(quantity.whole for quantity in quantities)
    apart = segment.has("add") and all(len(quantity.terms) == 1 for quantity in quantities)
    pooled = pooled and (plan.op != "sum" or len(set(quantities)) > 1)
    return listed and (pooled or (apart and plan.op != "sum"))


def _loses_change(segment: Slots, plan: Plan) -> bool:
    """ "少的申请占2022年多少", "增速比2023年高几个百分点": a change that is itself compared."""
    ops = segment.ops()
    moved = [*ops.get("more", []), *ops.get("less", [])]
    of_change = any(min(moved, default=verb) < verb for verb in ops.get("share_verb", []))
    if of_change and plan.op == "difference" and segment.has("than"):
        return True
    rates = any(point.quantity.whole for point in plan.points)
    return plan.op == "growth" and segment.has("points") and segment.has("growth") and not rates


def _reads_one_of_two(segment: Slots, quantity: Quantity) -> bool:
    """ "比强制呢", "这些加去年没办完的": two things are meant."""
    sign = segment.ops().get("add", [-1])[0]
    opens = sign > 0 and bool(segment.pieces) and segment.pieces[0] > sign
    held = segment.has("than") and segment.any("ellipsis")
    written = sign >= 0 and segment.tags[sign].text == "+" and not segment.any("number")
    return held or ((opens or written) and len(quantity.terms) == 1)


def _sums_group(at: int, segment: Slots) -> bool:
    """ "各类组织新收之和": one measure already."""
    return any(tag.of("group") for tag in segment.tags[max(at - 2, 0) : at])


def _orders_apart(segment: Slots, plan: Plan) -> bool:
    """ "哪两年相差最大": the largest of differences, not the difference of the ends."""
    pairs = pairwise(segment.tags)
    largest = any("difference" in a.ids("op") and "maximum" in b.ids("op") for a, b in pairs)
    return plan.op == "spread" and largest


def _asks_order_of_nothing(segment: Slots, plan: Plan) -> bool:
    """ "2021年部分公开最少吗": among what is not said."""
    text = "".join(tag.text for tag in segment.tags)
    asks = segment.has("which", "kinds", "which_year", "which_place", "count_of")
    ordered = plan.op in ("maximum", "minimum") and plan.over == "measure"
    alone = sum(segment.tags[at].of("item") is not None for at in segment.pieces) == 1
    ends = bool(Lexicon.built_in().pattern("ends_asking").search(text)) or segment.has("whether")
    return ordered and alone and not (asks or segment.any("group")) and ends


def _grows_from_mean(segment: Slots, plan: Plan) -> bool:
    """ "与2020–2023年均值相比增长百分之几"."""
    return plan.op == "growth" and segment.has("mean") and segment.has("than", "compare")


def _is_lone_rate(segment: Slots, plan: Plan) -> bool:
    """ "加起来是100%吗" after two rates: a sum is asked for and one of them would come."""
    one = plan.op == "lookup" and len(plan.points) == 1 and segment.is_empty
    summed = segment.has("sum") and not segment.has("share", "share_verb")
    quantity = plan.points[0].quantity if one else None
    return summed and quantity is not None and bool(quantity.whole) and len(quantity.terms) == 1


def _asked_units(segment: Slots) -> set[str]:
    """The counters asked for, also inside "增长多少件"."""
    inside = {char for tag in segment.tags if tag.of("op") for char in tag.text if char in "件个"}
    return segment.units() | inside


def _answers_once(segment: Slots, plan: Plan) -> bool:
    """ "办了多少，剩多少": two numbers are asked for, and one would come."""
    tags = segment.tags
    asked = [at for at, tag in enumerate(tags) if tag.kind == "quantity" and not _dozens(tags, at)]
    apart = any(later - at > 1 for at, later in pairwise(asked))
    between = segment.tags[asked[0] : asked[-1]] if apart else []
    bound = segment.has("whether") or any(tag.of("op") for tag in between)  # "几件，占几成"
    return apart and not bound and plan.op == "lookup" and len(plan.points) == 1


def _dozens(tags: list[Tag], at: int) -> bool:
    """ "拒了几十件"."""
    return any(tag.kind == "number" for tag in tags[at + 1 : at + 2])


def _is_unknown_rate(segment: Slots) -> bool:
    """ "受理率", "命中率": a rate of something that no measure is."""
    for at, tag in enumerate(segment.tags):
        if tag.text in ("率", "概率") and "share" in tag.ids("op") and at:
            before = segment.tags[at - 1]
            named = any(before.of(kind) for kind in ("of", "op", *CONTENT))
            named = named and not before.senses[0].weak
            if not named:
                return True
    return False


def _loses_number(segment: Slots, plan: Plan) -> bool:
    """A number that is neither a limit nor a claim: "十个里有几个", "再收多少就到4000",
    "等于四项之和", "每做多少个处罚才有一个复议"."""
    ops, tags = segment.ops(), segment.tags
    reaching = Lexicon.built_in().pattern("reaching")
    for value, unit, at in segment.numbers():
        inside = any(at < other <= at + 2 for other in ops.get("of_which", []))
        if inside and value in _ROUND and not segment.has("per", *_LIMITS):
            return True
        said = "".join(tag.text for tag in tags[max(at - 2, 0) : at] if tag.kind == "filler")
        if segment.any("quantity") and reaching.search(said) and plan.threshold is None:
            return True
        if (
            value > 1
            and unit in ("项", "类", "种")
            and any(at < other <= at + 2 for other in ops.get("sum", []))
        ):
            return True
    if segment.has("at_least", "not_below") and segment.has("at_most", "not_above"):
        return True
    times = any(tag.kind == "quantity" and tag.text.endswith("次") for tag in tags)
    if times and any(unit == "次" for _, unit, _ in segment.numbers()):
        return True  # "申请十次能成几次"
    parts = {n for n, unit, _ in segment.numbers() if unit in ("个", "项")} & {len(plan.points)}
    told = {value for value, unit, _ in segment.numbers() if unit not in _KINDS}
    limits = len(told - parts) > 1  # "五个小项里哪些一件都没有": how many there are is no limit
    values = {tag.value for tag in segment.all("number") if not {*tag.ids("number")} & {*_KINDS}}
    values -= parts
    if plan.threshold is not None and len(values) > 1:
        return True  # "你们三千多件申请就给了三百多件"
    if limits and len(plan.points) > 2:
        return True  # "在200到300之间", "多于240少于340"
    if limits and plan.op == "growth":
        return True  # "从4件涨到50件,涨了百分之多少"
    per, first = ops.get("per", []), segment.pieces[0] if segment.pieces else 0
    many = bool(per) and any(tag.kind == "quantity" for tag in tags[per[0] : first])
    return many and not asks_how_many_per_one(segment)


def _loses_exception(segment: Slots, plan: Plan, frame: Frame, schema: Schema) -> bool:
    """ "除掉无法提供，剩下的里公开的占多少": what is left out must be subtracted somewhere."""
    if segment.has("suppose"):
        return True
    places = segment.has("except_before", "except_after")
    if segment.has("rest") and not (places or _subtracts(plan)):
        return True
    if _lists_left_out(plan, frame, schema):
        return True
    left_out = segment.has("except_before", "except_after")
    if _counts_left_out(segment, plan) or _lists_whole(segment, plan):
        return True
    rates = [schema.vocabulary.derived[name] for name in frame.derived]
    ratios = [ratio for rate in rates for ratio in (rate, *rate.variants)]
    counted = {name.split(".")[0] for ratio in ratios for name in ratio.numerator}
    counts = bool(frame.derived) and not {term.item for term in frame.excluded} & counted
    shared = segment.has("share", "share_verb") or counts  # not "不含部分公开的公开率"
    return left_out and shared and not _subtracts(plan)


def _counts_left_out(segment: Slots, plan: Plan) -> bool:
    """Whether what stands right behind 除 is itself the one thing that is told."""
    if len(plan.points) != 1 or _subtracts(plan) or plan.points[0].quantity.whole:
        return False
    items = {term.item for term in plan.points[0].quantity.terms}
    for at in segment.ops().get("except_before", []):
        rest = [tag for tag in segment.tags[at + 1 :] if tag.kind != "filler"]
        if rest and items & set(rest[0].ids("item")[:1]):
            return True
    return False


def _lists_whole(segment: Slots, plan: Plan) -> bool:
    """ "占企业办理结果的多少": a share of the group, not each of its members."""
    verb = segment.ops().get("share_verb", [len(segment.tags)])[0]
    behind = any(segment.tags[at].of("group") for at in segment.pieces if at > verb)
    return behind and plan.op == "breakdown" and not segment.has("breakdown", "which", "kinds")


def _lists_left_out(plan: Plan, frame: Frame, schema: Schema) -> bool:
    """ "除了维持的都有哪些": a list that is not that of the others."""
    out = {term.item for term in frame.excluded} | {*frame.excluded_aspects}
    terms = [term for point in plan.points for term in point.quantity.terms]
    if plan.op != "breakdown" or not out or _subtracts(plan):
        return False
    groups = schema.vocabulary.groups.values()
    listed = {t.item for t in terms}, {t.aspect for t in terms}
    return not any(
        out <= set(group.members) and shown <= set(group.members) - out
        for group in groups
        for shown in listed
    )


def _subtracts(plan: Plan) -> bool:
    quantities = [point.quantity for point in plan.points]
    return any(t.sign < 0 for q in quantities for t in (*q.terms, *q.whole))


def _loses_part(segment: Slots) -> bool:
    """ "第三方权益里商业秘密几件": both are names of one measure, of which the form counts no part;
    "不掌握是不是等于不存在": what two words mean is no figure."""
    names = [
        (at, segment.tags[at].senses[0].id)
        for at in segment.pieces
        if segment.tags[at].kind == "item" and not segment.tags[at].senses[0].weak
    ]
    for sign in segment.ops().get("of_which", []):
        before = [id_ for at, id_ in names if at < sign][-1:]
        after = [id_ for at, id_ in names if at > sign][:1]
        counted = any(tag.of("pronoun") for tag in segment.tags[sign:])  # "两类起诉共几件"
        verbs = segment.ops().get("share_verb", [])
        behind = [at for at, id_ in names if at > sign][:1]
        counted = counted or any(sign < verb < behind[0] for verb in verbs if behind)
        if before and before == after and segment.any("quantity") and not counted:
            return True
    equal = any("convert" in tag.ids("op") and tag.of("copula") for tag in segment.tags)
    return equal and segment.has("whether") and not segment.numbers()


def _loses_denial(segment: Slots, plan: Plan) -> bool:
    """ "企业没有重复申请，真的吗": a yes would be a yes to the opposite."""
    last = segment.pieces[-1] if segment.pieces else 0
    denied = any(tag.kind == "negation" for tag in segment.tags[:last])
    named = [segment.tags[at] for at in segment.pieces]
    pairs = pairwise(segment.tags)
    owned = any(tag.kind == "negation" and after.of("of") for tag, after in pairs)
    owned = owned or (denied and plan.op == "lookup")  # "不属于信息公开范围的申请"
    if owned and named and all(tag.senses[0].weak for tag in named):
        return not plan.yes_no  # "申请的东西政府没有的": none of it was read
    return plan.yes_no and denied and not (plan.asserted or segment.any("correction"))


def _loses_limit(segment: Slots, plan: Plan) -> bool:
    """ "超过150件的有几项", "拿不到信息的": a limit that nothing is held against."""
    limited = segment.has(*_LIMITS)
    compares = segment.has("than", "difference", "more", "less", "compare", "whether")
    if limited and plan.threshold is None and not compares:
        return True
    # "降了三成吗", "两倍多对吗": a change that the asker states is not held against it.
    stated = any(unit in ("%", "倍") for _, unit, _ in segment.numbers())
    moves = segment.has("change", "growth", "more", "less", "than")
    shared = plan.op in ("growth", "difference") and any(p.quantity.whole for p in plan.points)
    return stated and moves and not segment.any("quantity") and shared


def _ranks_whole_with_part(plan: Plan, schema: Schema) -> bool:
    """A total among its own parts is the largest, whatever was asked."""
    single = [p.quantity.terms[0] for p in plan.points if len(p.quantity.terms) == 1]
    return any(
        one.item == other.item and schema.aspect_contains(one.aspect, other.aspect)
        for one in single
        for other in single
        if one != other
    )


def _loses_order(segment: Slots, plan: Plan, schema: Schema) -> bool:
    """An order of other things than those asked about, or only one end of it."""
    places = sum(tag.kind == "ordinal" for tag in segment.tags)
    if places > 1 and segment.has("share", "share_verb"):
        return True  # "第二多的占第一多的多少"
    measures = len({point.quantity for point in plan.points})
    if segment.has("which_year", "stored") and segment.has("than"):
        # "哪几年比上年少", "哪年起诉比复议多": each year for itself
        if plan.op == "growth" and not plan.pick:
            return True
        scopes = len({point.publisher for point in plan.points})
        before = any("previous" in tag.ids("year_word") for tag in segment.tags)
        if plan.op in ("maximum", "minimum") and (measures > 1 or scopes > 1 or before):
            return True
    if plan.op not in ("maximum", "minimum", "rank"):
        return False
    places = len({(point.publisher, point.year) for point in plan.points})
    if plan.over == "measure" and measures > 1 < places and not segment.has("which_place"):
        return True  # "两区不予公开理由最多的分别是什么": one order of each
    if plan.over == "measure" and _ranks_whole_with_part(plan, schema):
        return True
    both = segment.has("maximum") and segment.has("minimum") and plan.op != "rank"
    adding = Lexicon.built_in().pattern("adding")
    summed = any("sum" in t.ids("op") and adding.search(t.text) for t in segment.tags)
    counted = any("sum" in t.ids("op") and not t.of("filler") for t in segment.tags)
    summed = summed or (counted and "件" in segment.units())  # "最少的一项共几件"
    summed = summed and not plan.gathered
    places = sum(tag.kind == "ordinal" for tag in segment.tags)
    if plan.position is not None and (places > 1 or segment.any("pronoun")):
        return True  # "从第二到第四名"
    against = segment.has("than") and plan.over != "measure" and measures > 1
    kinds = segment.has("kinds") and plan.over in ("publisher", "year")
    per = segment.has("per") and not segment.has("mean")
    per = per and all(p.quantity.unit != "per" for p in plan.points)
    return both or summed or against or kinds or per


def _loses_base(segment: Slots, plan: Plan, schema: Schema) -> bool:
    """ "各占办结的多少": what stands behind 占 must be on one side of every share."""
    verbs = segment.ops().get("share_verb", [])
    rates = [point.quantity for point in plan.points if point.quantity.whole]
    behind = [
        segment.tags[at]
        for at in segment.pieces
        if verbs and at > verbs[-1] and segment.tags[at].kind == "item"
    ]
    if len(behind) != 1 or behind[0].senses[0].weak or not rates or plan.op == "portion":
        return False
    named = borne_by(behind[0]) or behind[0].ids("item")[:1]
    wanted = {behind[0].senses[0].id, *named, *schema.printed(named)}
    return any(not wanted & {t.item for t in (*q.terms, *q.whole)} for q in rates)


def _loses_whole(segment: Slots, plan: Plan, schema: Schema) -> bool:
    """ "申请里新增文件占多少": a share of what does not hold it, said as if it did; "今年办结的里面
    去年结转的": two counts of which one is asked to lie inside the other."""
    if not segment.has("of_which") or segment.has("per"):
        return False
    quantities = list(dict.fromkeys(point.quantity for point in plan.points))
    if segment.has("share", "share_verb") or "%" in segment.units():
        pairs = [(w, t) for q in quantities if q.whole for w in q.whole for t in q.terms]
        held = [
            w.item == t.item or schema.contains(w.item, t.item) or w.item in schema.whole_of(t.item)
            for w, t in pairs
        ]
        return bool(pairs) and not (any(held) or _is_named_rate(quantities, schema))
    two = len(quantities) == 2 and plan.op == "lookup" and not segment.any("and")
    return two and len({q.terms[0].item for q in quantities}) == 2 and not segment.has("whether")


def _is_named_rate(quantities: list[Quantity], schema: Schema) -> bool:
    """ "应办总量里面办结的比例": what a rate of the vocabulary divides."""
    named = [
        ({*schema.printed(rate.numerator)}, {*schema.printed(rate.denominator)})
        for rate in schema.vocabulary.derived.values()
    ]
    return any(
        ({t.item for t in q.terms}, {i for t in q.whole for i in schema.printed((t.item,))})
        in named
        for q in quantities
    )


def _loses_unit(segment: Slots, plan: Plan, schema: Schema) -> bool:
    """A share asked of which a number comes, or the other way round."""
    if _counts_other_things(segment, plan, schema):
        return True
    units, relative = segment.units(), _is_relative(plan)
    shared = segment.has("share") or "%" in units
    shared = shared or (segment.has("share_verb") and "件" not in units and plan.op == "lookup")
    portion = plan.op == "portion" and not plan.nested
    if shared and not (relative or portion or plan.op in ("growth", "filter", "spread")):
        return True
    moved = segment.has("more", "less") and "%" in units and not segment.has("than")
    if moved and segment.pieces and plan.op == "lookup" and not segment.has("share", "share_verb"):
        return True  # "突然多了，多了百分之几" without the year before
    money = all(schema.unit(term) in MONEY_UNITS for term in _counted(plan))
    sums = any(unit in MONEY_UNITS for _, unit, _ in segment.numbers())
    if sums and not any(schema.unit(term) in MONEY_UNITS for term in _counted(plan)):
        return True  # "欠费5000元的是几个人"
    counted = "".join(tag.text for tag in segment.tags).endswith("件数")
    if ("件" in units or counted) and money and not segment.has("per"):
        return True  # "收费的里面交了几件"
    every = all(point.quantity.unit == "%" for point in plan.points)
    return "件" in units and every and plan.op != "filter"


def _counts_other_things(segment: Slots, plan: Plan, schema: Schema) -> bool:
    """ "加起来办了多少场": no table counts in 场, but for lawsuits ("打了几场官司")."""
    other = Lexicon.built_in().pattern("no_cell_counter")
    asked = any(other.search(tag.text) for tag in segment.all("quantity"))
    cases = all(schema.tables.get(term.item) == _CASES for term in _counted(plan))
    return asked and not cases


def _counted(plan: Plan) -> list[Term]:
    return [term for point in plan.points for term in point.quantity.terms]


def _is_relative(plan: Plan) -> bool:
    rates = any(point.quantity.whole or point.quantity.unit == "%" for point in plan.points)
    return rates or plan.relative


def _unnamed(segment: Slots, plan: Plan, frame: Frame, schema: Schema) -> Iterator[bool]:
    """For each name in the segment, whether nothing of the plan stands for it."""
    counted = list(_terms(plan, frame))
    used = counted + [part for term in counted for part in schema.sum_parts(term)]
    items, aspects = {term.item for term in used}, {term.aspect for term in used}
    aspects |= {*frame.excluded_aspects}
    opens = bool(
        segment.pieces and segment.tags[0].of("correction") and segment.tags[0].of("negation")
    )
    for at in segment.pieces[1 if opens and segment.pieces[0] == 1 else 0 :]:  # "不是新收，是办结"
        tag = segment.tags[at]
        sense = tag.senses[0]
        if sense.weak and (sense.id in _COMMON or tag.of("aspect") or sense.kind != "item"):
            continue
        said_otherwise = is_applied_for(at, segment) or is_place_word(at, segment)
        if said_otherwise or _is_short_for(tag, used, schema):
            continue  # 结转 beside 结转下年度
        shared = len(borne_by(tag)) > 1 and bool(items & {*borne_by(tag)})
        if shared or (sense.kind == "item" and _stands_beside(at, segment, items)):
            continue  # 结转, of which one row is meant; "信访类被拒的": how a case ended, and why
        if sense.kind == "item":
            yield sense.id not in items and not any(schema.contains(sense.id, i) for i in items)
        elif sense.kind == "aspect":
            fits = any(schema.allows(item, sense.id) for item in items)
            around = any(schema.aspect_contains(sense.id, other) for other in aspects)
            turned = TURNED.get(sense.id, "")
            # "除了自然人，法人和其他组织一共多少": another kind is asked about
            aside = _is_put_aside(at, segment) and bool(aspects - {"total", sense.id})
            yield fits and not ({sense.id, turned} & aspects or around or aside)
        elif sense.kind == "derived":
            if other_side_wins(at, segment):
                yield True  # "老百姓的胜诉率": the rate is the government's
            minus = any(term.sign < 0 for term in used) and _counts_of_rate(sense.id, plan, schema)
            yield not (minus or _is_rate_of(sense.id, counted, plan, schema))
        elif sense.kind == "group":
            group = schema.vocabulary.groups[sense.id]
            bare = tag.text in Lexicon.built_in().words["bare_applicant"] and bool(items)
            yield group.axis == "aspects" and not (aspects & {*group.members} or bare)


def _counts_of_rate(id_: str, plan: Plan, schema: Schema) -> bool:
    """Whether the plan tells something of what the rate `id_` counts."""
    counted = set(schema.printed(schema.vocabulary.derived[id_].numerator))
    told = {term.item for point in plan.points for term in point.quantity.terms}
    return bool(counted & {i for item in told for i in schema.printed((item,))})


def _is_put_aside(at: int, segment: Slots) -> bool:
    return at > 0 and "except_before" in segment.tags[at - 1].ids("op")


def _is_short_for(tag: Tag, used: list[Term], schema: Schema) -> bool:
    sense, short = tag.senses[0], tag.text.rstrip("的")
    if not sense.weak or sense.kind != "item":
        return False
    return len(short) > 1 and any(short in schema.label(term) for term in used)


def _stands_beside(at: int, segment: Slots, items: set[str]) -> bool:
    """Whether the name right before or behind is used, and nothing joins the two."""
    behind = segment.tags[at + 1 : at + 2]
    if behind and "of_which" in behind[0].ids("op"):
        behind = segment.tags[at + 2 : at + 3]  # "提出的申请里被不予公开的"
    beside = segment.tags[max(at - 1, 0) : at] + behind
    return any(set(tag.ids("item")) & items for tag in beside)


def _is_rate_of(id_: str, used: list[Term], plan: Plan, schema: Schema) -> bool:
    """Whether shares are computed, of the outcome that the rate `id_` counts."""
    aspects = {name.partition(".")[2] for name in schema.vocabulary.derived[id_].numerator}
    counted = aspects - {"", "total"}
    rate = any(point.quantity.whole for point in plan.points)
    if not counted:  # "剔除上年结转，今年新收的办结率" is no share of what was received
        return rate and _counts_of_rate(id_, plan, schema)
    return rate and bool(counted & {term.aspect for term in used})


def _terms(plan: Plan, frame: Frame) -> Iterator[Term]:
    yield from (*frame.excluded, *frame.minus)
    for point in plan.points:
        for quantity in (point.quantity, *point.quantity.variants):
            yield from (*quantity.terms, *quantity.whole)
