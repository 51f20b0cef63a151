"""Questions with gold over many made-up reports: python -m eval.synthetic.questions --out F.

Rows are in the gold format of the command-line contract. Answers are computed here from the
specs with plain Decimal arithmetic, not with the assistant's code.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from functools import lru_cache
from itertools import cycle, islice
from pathlib import Path
from random import Random
from typing import Any

import yaml

from eval.synthetic.corpus import make_series
from eval.synthetic.spec import Spec

Row = dict[str, Any]
YEARS = range(2021, 2026)
COMPARED = ("new.total", "handled.total", "granted.total", "licence.decisions", "review.total")


@lru_cache(maxsize=1)
def wording() -> dict[str, Any]:
    """questions.yaml, parsed once."""
    path = Path(__file__).parent / "questions.yaml"
    return dict(yaml.safe_load(path.read_text(encoding="utf-8")))


class Corpus:
    """The specs by publisher and year."""

    def __init__(self, specs: Iterable[Spec]) -> None:
        self.by_key = {(spec.publisher, spec.year): spec for spec in specs}
        self.publishers = sorted({name for name, _ in self.by_key})
        self.years = sorted({year for _, year in self.by_key})

    def value(self, who: str, year: int, measure: str) -> Decimal:
        return self.by_key[who, year].values[measure]

    def ranked(self, year: int, measure: str) -> list[tuple[str, Decimal]]:
        """Publishers of `year` from the largest value down."""
        pairs = [(who, self.value(who, year, measure)) for who in self.publishers]
        return sorted(pairs, key=lambda pair: -pair[1])


def make_questions(corpus: Corpus, count: int, seed: int) -> Iterator[Row]:
    """`count` rows, going round the kinds of question."""
    rng = Random(f"questions-{seed}")
    made: set[str] = set()
    number = 0
    for name, kind in islice(cycle(KINDS.items()), count * 4):
        row = kind(corpus, rng)
        if row is None or row["question"] in made:
            continue
        made.add(row["question"])
        yield {"id": f"{name}-{number:05d}", "set": name, **row}
        number += 1
        if number == count:
            return


def _slots(corpus: Corpus, rng: Random) -> dict[str, Any]:
    year = rng.choice(corpus.years[1:])
    return {"who": rng.choice(corpus.publishers), "year": year, "last": year - 1}


def _row(rng: Random, kind: str, slots: dict[str, Any], **expect: Any) -> Row:
    question = rng.choice(wording()[kind]).format(**slots)
    return {"question": question, "expect": {"status": "answered", **expect}}


def _measure(rng: Random, names: Sequence[str] = ()) -> tuple[str, str]:
    """(measure, a name for it)."""
    counts = wording()["counts"]
    measure = rng.choice(list(names) or list(counts))
    return measure, rng.choice(counts[measure])


def lookup(corpus: Corpus, rng: Random) -> Row:
    slots = _slots(corpus, rng)
    measure, slots["what"] = _measure(rng)
    value = corpus.value(slots["who"], slots["year"], measure)
    return _row(rng, "lookup", slots, value=str(value), unit="件")


def money(corpus: Corpus, rng: Random) -> Row:
    slots = _slots(corpus, rng)
    value = corpus.value(slots["who"], slots["year"], "fees.amount")
    question = f"{slots['who']}{slots['year']}年{rng.choice(wording()['money'])}多少万元？"
    expect = {"status": "answered", "value": format(value, "f"), "unit": "万元"}
    return {"question": question, "expect": expect}


def subtotal(corpus: Corpus, rng: Random) -> Row:
    slots = _slots(corpus, rng)
    spec = corpus.by_key[slots["who"], slots["year"]]
    data = wording()
    if rng.random() < 0.2:
        slots["what"] = rng.choice(data["organisations"])
        value = spec.values["new.total"] - spec.values["new.natural"]
    else:
        entry = rng.choice(data["sums"])
        slots["what"] = rng.choice(entry["name"])
        value = sum((spec.values[f"{part}.total"] for part in entry["parts"]), Decimal(0))
    return _row(rng, "lookup", slots, value=str(value), unit="件")


def rate(corpus: Corpus, rng: Random) -> Row | None:
    slots = _slots(corpus, rng)
    entry = rng.choice(wording()["rates"])
    values = corpus.by_key[slots["who"], slots["year"]].values
    bottom = sum((values[measure] for measure in entry["bottom"]), Decimal(0))
    if not bottom:
        return None
    slots["what"] = rng.choice(entry["name"])
    value = values[entry["top"]] / bottom * 100
    return _row(rng, "rate_questions", slots, value=f"{value:.6f}", unit="%")


def growth(corpus: Corpus, rng: Random) -> Row | None:
    slots = _slots(corpus, rng)
    measure, slots["what"] = _measure(rng, COMPARED)
    now = corpus.value(slots["who"], slots["year"], measure)
    before = corpus.value(slots["who"], slots["last"], measure)
    if not before:
        return None
    value = (now - before) / before * 100
    return _row(rng, "growth", slots, value=f"{value:.6f}", unit="%")


def difference(corpus: Corpus, rng: Random) -> Row:
    slots = _slots(corpus, rng)
    measure, slots["what"] = _measure(rng, COMPARED)
    now = corpus.value(slots["who"], slots["year"], measure)
    before = corpus.value(slots["who"], slots["last"], measure)
    return _row(rng, "difference", slots, value=str(now - before), unit="件", abs=True)


def versus(corpus: Corpus, rng: Random) -> Row:
    slots = _slots(corpus, rng)
    measure, slots["what"] = _measure(rng, COMPARED)
    slots["other"] = rng.choice([name for name in corpus.publishers if name != slots["who"]])
    mine = corpus.value(slots["who"], slots["year"], measure)
    theirs = corpus.value(slots["other"], slots["year"], measure)
    return _row(rng, "versus", slots, value=str(mine - theirs), unit="件", abs=True)


def span(corpus: Corpus, rng: Random) -> Row:
    slots = _slots(corpus, rng)
    measure, slots["what"] = _measure(rng, COMPARED)
    slots["first"] = rng.choice([year for year in corpus.years if year < slots["year"]])
    years = range(slots["first"], slots["year"] + 1)
    value = sum((corpus.value(slots["who"], year, measure) for year in years), Decimal(0))
    return _row(rng, "span", slots, value=str(value), unit="件")


def highest(corpus: Corpus, rng: Random) -> Row | None:
    slots = _slots(corpus, rng)
    measure, slots["what"] = _measure(rng, COMPARED)
    (who, value), (_, second), *_ = corpus.ranked(slots["year"], measure)
    if value == second:
        return None
    return _row(rng, "highest", slots, contains=[who, [str(value), f"{value:,}"]])


def top(corpus: Corpus, rng: Random) -> Row | None:
    slots = _slots(corpus, rng)
    measure, slots["what"] = _measure(rng, COMPARED)
    slots["k"] = rng.choice([3, 5, 10])
    ranked = corpus.ranked(slots["year"], measure)[: slots["k"] + 1]
    if len({value for _, value in ranked}) < len(ranked):
        return None
    items = [{"label": [who], "value": str(value)} for who, value in ranked[: slots["k"]]]
    return _row(rng, "top", slots, items=items, ordered=True)


def total(corpus: Corpus, rng: Random) -> Row:
    slots = _slots(corpus, rng)
    measure, slots["what"] = _measure(rng, COMPARED)
    value = sum((v for _, v in corpus.ranked(slots["year"], measure)), Decimal(0))
    return _row(rng, "total", slots, value=str(value), unit="件")


def mean(corpus: Corpus, rng: Random) -> Row:
    slots = _slots(corpus, rng)
    measure, slots["what"] = _measure(rng, COMPARED)
    values = [value for _, value in corpus.ranked(slots["year"], measure)]
    value = sum(values, Decimal(0)) / len(values)
    return _row(rng, "mean", slots, value=f"{value:.6f}", unit="件", tolerance="0.01")


def absent(corpus: Corpus, rng: Random) -> Row:
    slots = _slots(corpus, rng)
    _, slots["what"] = _measure(rng, COMPARED)
    row = _row(rng, "absent", slots)
    row["expect"] = {"status": ["refused", "clarify"]}
    return row


KINDS: dict[str, Callable[[Corpus, Random], Row | None]] = {
    "lookup": lookup,
    "cell": lookup,
    "subtotal": subtotal,
    "money": money,
    "rate": rate,
    "growth": growth,
    "difference": difference,
    "versus": versus,
    "span": span,
    "highest": highest,
    "top": top,
    "total": total,
    "mean": mean,
    "absent": absent,
}


def main(arguments: list[str] | None = None) -> None:
    """Write the questions, and with --data-dir also fill a store with the reports."""
    parser = argparse.ArgumentParser(prog="python -m eval.synthetic.questions", description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--data-dir", type=Path, help="fill this (empty) data directory")
    parser.add_argument("--publishers", type=int, default=200)
    parser.add_argument("--n", type=int, default=700)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    specs = list(make_series(options.seed, options.publishers, YEARS))
    if options.data_dir:
        from eval.synthetic.asreport import fill
        from ingest.settings import Settings

        fill(Settings.load(None, data_dir=options.data_dir), specs)
    rows = make_questions(Corpus(specs), options.n, options.seed)
    lines = [json.dumps(row, ensure_ascii=False) for row in rows]
    options.out.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
