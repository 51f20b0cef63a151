"""Precision and recall of the semantic linker: `python -m eval.training.score_linker`."""

from __future__ import annotations

import argparse
import sys
from importlib.resources import files
from typing import Any

from assistant.linker import Linker
from eval.training.pairs import trained_texts
from ingest.embedding import BUILT_IN, open_embedder
from ingest.form import built_in_forms, read_yaml

GOLD = files("eval") / "gold" / "retrieval"


def judged(linker: Linker, gold: Any) -> list[tuple[str | None, str, list[tuple[str, float]]]]:
    """(expected id or None, phrase, nearest) for every phrase of the set that training cannot
    have seen and no name or alias equals."""
    seen = trained_texts()
    rows = [(key, phrase) for key, phrases in gold["link"].items() for phrase in phrases]
    rows += [(None, str(phrase)) for phrase in gold["none"]]
    return [(key, phrase, linker.link(phrase, 3)) for key, phrase in rows if phrase not in seen]


def table(rows: list[Any], margin: float) -> str:
    """Precision over what was linked, recall over what should be, at several thresholds."""
    lines = [f"margin {margin:.2f}", "threshold  linked  right  wrong  precision  recall"]
    wanted = sum(key is not None for key, _, _ in rows)
    for step in range(40, 96, 4):
        linked = [row for row in rows if _sure(row[2], step / 100, margin)]
        right = sum(key == found[0][0] for key, _, found in linked)
        precision = right / len(linked) if linked else 1.0
        lines.append(
            f"{step / 100:9.2f}  {len(linked):6d}  {right:5d}  {len(linked) - right:5d}"
            f"  {precision:9.3f}  {right / wanted:6.3f}"
        )
    return "\n".join(lines)


def _sure(found: list[tuple[str, float]], threshold: float, margin: float) -> bool:
    return found[0][1] >= threshold and found[0][1] - found[1][1] >= margin


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--set", default="linker", help="linker (held-out) or linker-dev")
    parser.add_argument("--model", default=BUILT_IN, help="built-in, or the folder of another")
    parser.add_argument("--margin", type=float, default=Linker.MARGIN)
    parser.add_argument("--wrong", action="store_true", help="list what is linked wrongly")
    options = parser.parse_args()
    linker = Linker.of_vocabulary(built_in_forms()[0].vocabulary, open_embedder(options.model))
    rows = judged(linker, read_yaml(GOLD / f"{options.set}.yaml"))
    hits = sum(found[0][0] == key for key, _, found in rows if key)
    near = sum(key in [one for one, _ in found] for key, _, found in rows if key)
    wanted = sum(key is not None for key, _, _ in rows)
    out = sys.stdout.write
    out(f"{wanted} to link, {len(rows) - wanted} not; hit@1 {hits / wanted:.3f}")
    out(f", hit@3 {near / wanted:.3f}\n{table(rows, options.margin)}\n")
    if options.wrong:
        for key, phrase, found in rows:
            if found[0][0] != key and (key or found[0][1] > Linker.THRESHOLD):
                shown = ", ".join(f"{name} {score:.2f}" for name, score in found)
                out(f"{key or '—'}: {phrase}: {shown}\n")


if __name__ == "__main__":
    main()
