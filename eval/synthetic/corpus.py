"""Corpus: files of made-up reports in every variant, each with the spec that it shows."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from random import Random

from eval.synthetic.spec import PROFILES, Spec, all_publishers, make_spec
from eval.synthetic.variant import VARIANTS, Variant


@dataclass(frozen=True, slots=True)
class Made:
    """One file of the corpus."""

    path: Path
    variant: Variant
    spec: Spec


def all_variants() -> list[Variant]:
    """Every variant that this machine can render (Chromium may be missing)."""
    from eval.synthetic import (  # noqa: F401  (they register themselves)
        hazard_variants,
        html_variants,
        mixed_variants,
        office_variants,
        pdf_variants,
        text_variants,
    )

    chromium = shutil.which("chromium") is not None
    return [entry for entry in VARIANTS.values() if chromium or not entry.browser]


def make_corpus(folder: Path, count: int, seed: int, only: Iterable[str] = ()) -> Iterator[Made]:
    """Write `count` files, going round the variants; `only` names variants or families."""
    names = set(only)
    chosen = [v for v in all_variants() if not names or {v.name, v.family} & names]
    for number in range(count):
        rng = Random(f"{seed}-{number}")
        kind = chosen[number % len(chosen)]
        spec = make_spec(
            rng,
            profile=PROFILES[rng.randrange(len(PROFILES))],
            break_identity=rng.random() < 0.1,
        )
        path = folder / f"t{number:05d}_{kind.name}{kind.suffix}"
        path.write_bytes(kind.render(spec, rng))
        yield Made(path, kind, spec)


def make_series(seed: int, publishers: int, years: Iterable[int]) -> Iterator[Spec]:
    """Reports of `publishers` organs over `years`, closing figures carried on to the next year."""
    rng = Random(f"series-{seed}")
    for name, site in rng.sample(all_publishers(), publishers):
        before: dict[str, Decimal] = {}
        scale = rng.choice([20, 80, 400])
        for year in years:
            spec = make_spec(rng, publisher=(name, site), year=year, before=before, scale=scale)
            before = dict(spec.values)
            yield spec
