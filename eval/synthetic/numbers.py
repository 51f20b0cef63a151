"""Numbers: random figures of one report for which every identity of the form holds."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from random import Random

from eval.synthetic.layout import applicant_aspects, layouts, outcome_aspects, result_rows

Values = dict[str, Decimal]
BEFORE_RESULTS = ("new", "carried_in")
AFTER_RESULTS = ("handled", "carried_out")
# How often a result is met, roughly as reports show it; all others share what is left.
WEIGHTS = {"granted": 30, "partial": 8, "unable_not_held": 25, "unprocessed_petition": 6}
PEOPLE = {"natural": 80, "company": 12, "research": 1, "charity": 2, "legal_service": 2}


def make_values(rng: Random, form: str, scale: int, before: Mapping[str, Decimal]) -> Values:
    """Every printed measure of `form`. `scale` is about the number of applications; `before` is
    last year's report of the same organ (empty if none), whose closing figures are carried on.
    """
    values = _applications(rng, form, scale, before)
    values.update(_outcomes(rng, scale))
    values.update(_disclosure(rng, form, scale, before))
    return values


def _applications(rng: Random, form: str, scale: int, before: Mapping[str, Decimal]) -> Values:
    results = [
        line[0] for line in result_rows(form) if line[0] not in (*BEFORE_RESULTS, *AFTER_RESULTS)
    ]
    cells: dict[str, int] = {}
    for aspect in applicant_aspects()[:-1]:
        share = PEOPLE.get(aspect, 3) * scale / 100
        new = _about(rng, share)
        opening = before.get(f"carried_out.{aspect}")
        carried_in = int(opening) if opening is not None else _about(rng, share / 9)
        carried_out = min(new + carried_in, _about(rng, share / 8))
        cells[f"new.{aspect}"], cells[f"carried_in.{aspect}"] = new, carried_in
        cells[f"carried_out.{aspect}"] = carried_out
        handled = new + carried_in - carried_out
        cells[f"handled.{aspect}"] = handled
        weights = [WEIGHTS.get(item, 1.5) for item in results]
        drawn = rng.choices(results, weights, k=handled) if handled else []
        for item in results:
            cells[f"{item}.{aspect}"] = drawn.count(item)
    for line in result_rows(form):
        parts = [cells[f"{line[0]}.{aspect}"] for aspect in applicant_aspects()[:-1]]
        cells[f"{line[0]}.total"] = sum(parts)
    return {measure: Decimal(count) for measure, count in cells.items()}


def _about(rng: Random, mean: float) -> int:
    return max(0, round(rng.gauss(mean, mean / 3 + 0.4)))


def _outcomes(rng: Random, scale: int) -> Values:
    values: Values = {}
    for item in ("review", *(name for name, _ in layouts()["suits"])):
        parts = [rng.randint(0, max(1, scale // share)) for share in (12, 60, 40, 30)]
        for aspect, count in zip(outcome_aspects(), [*parts, sum(parts)], strict=True):
            values[f"{item}.{aspect}"] = Decimal(count)
    return values


def _disclosure(rng: Random, form: str, scale: int, before: Mapping[str, Decimal]) -> Values:
    if form == "zfxxgk-2019":
        return _disclosure_of_2019(rng, scale)
    values: Values = {}
    for item, most in (("rules", 3), ("normative", 40)):
        issued, repealed = rng.randint(0, most), rng.randint(0, most // 2)
        held = before.get(f"{item}.in_force", Decimal(rng.randint(most, most * 8)))
        values[f"{item}.issued"] = Decimal(issued)
        values[f"{item}.repealed"] = Decimal(repealed)
        values[f"{item}.in_force"] = max(Decimal(0), held + issued - repealed)
    values["licence.decisions"] = Decimal(rng.randint(0, scale * 60))
    values["penalty.decisions"] = Decimal(rng.randint(0, scale * 50))
    values["coercion.decisions"] = Decimal(rng.randint(0, scale))
    places = rng.choice((0, 0, 2, 4, 6))
    values["fees.amount"] = Decimal(rng.randint(0, scale * 10 ** (places + 1))).scaleb(-places)
    return values


def _disclosure_of_2019(rng: Random, scale: int) -> Values:
    values: Values = {}
    for block in layouts()["forms"]["zfxxgk-2019"]["blocks"]:
        for item, _ in block["rows"]:
            for aspect, _ in block["columns"]:
                low = -5 if aspect == "change" else 0
                values[f"{item}.{aspect}"] = Decimal(rng.randint(low, max(6, scale // 2)))
    values["procurement.procurement_amount"] = Decimal(rng.randint(0, 9_999_999)).scaleb(-2)
    return values
