"""Train the classifier of unexplained words (assistant/gap_words.py) from our practice questions.

    python -m eval.training.train_gap_words [--seed 7]

Harmless examples: words of small talk that the lexicon knows, each hidden from it in turn, in the
practice questions where they stand, and made-up clauses around a question. Limiting examples: the
unknown words of practice questions that must be refused, and dictionary words put where they limit
a measure. Words of the check part never occur in training. Takes about two minutes on one core.
"""

from __future__ import annotations

import argparse
import json
import random
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np

from assistant import gap_words
from assistant.catalog import Catalog
from assistant.lexicon import Lexicon
from assistant.normalize import normalize
from assistant.slots import CONTENT
from assistant.small_talk import without_chatter
from assistant.tagger import Reading, read
from ingest.embedding import open_embedder
from ingest.form import read_yaml

GOLD = Path(__file__).parents[1] / "gold"
CLAUSES = Path(__file__).parent / "data" / "gap_clauses.yaml"
CARD = files("assistant") / "models" / "gap-words.md"
_HOLE = re.compile(r"\{([nva])\}")
_MOST = 12  # examples of one word


@dataclass(frozen=True)
class Example:
    question: str
    reading: Reading
    gap: gap_words.Gap
    harmless: bool
    source: str


class Maker:
    """Examples from questions, with one random generator."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.lexicon = Lexicon.built_in()
        self.catalog = Catalog.of(_reports())
        self.clauses = read_yaml(CLAUSES)
        self.words = _words(self.lexicon)

    def read(self, text: str) -> Reading:
        return read(normalize(text), self.lexicon, self.catalog)

    def examples(self) -> Iterator[Example]:
        for practice in _questions():
            question = practice.question
            reading = self.read(question)
            if not practice.answerable:
                yield from self._gaps(question, reading, False, "refused")
            elif not reading.gaps and any(tag.kind in CONTENT for tag in reading.tags):
                yield from self._hidden(question, reading)
                yield from self._around(question)
                yield from self._limited(question, reading)
            elif without_chatter(question, self.lexicon, self.catalog):
                yield from self._gaps(question, reading, True, "chatter")

    def _gaps(self, question: str, reading: Reading, harmless: bool, source: str) -> list[Example]:
        return [
            Example(question, reading, gap, harmless, source)
            for gap in gap_words.gap_words(reading)
        ]

    def _hidden(self, question: str, reading: Reading) -> Iterator[Example]:
        """Each filler of the question as if the lexicon did not know it."""
        for tag in reading.tags:
            if tag.kind == "filler" and not tag.text.isdigit():
                tags = tuple(one for one in reading.tags if one is not tag)
                without = replace(reading, tags=tags)
                yield from self._gaps(question, without, True, "filler")

    def _around(self, question: str) -> Iterator[Example]:
        for place, pattern in (
            ("before", "{clause}，{question}"),
            ("after", "{question}，{clause}"),
            ("inside_before", "{clause}{question}"),
        ):
            clause = self._filled(self.random.choice(self.clauses["around"][place]))
            text = pattern.format(clause=clause, question=question)
            yield from self._gaps(text, self.read(text), True, f"around {place}")

    def _limited(self, question: str, reading: Reading) -> Iterator[Example]:
        names = [tag for tag in reading.tags if tag.kind in CONTENT]
        name = self.random.choice(names)
        limiting = self.clauses["limiting"]
        if question.count(name.text) == 1:
            for place in ("right_before", "right_after"):
                words = self._filled(self.random.choice(limiting[place]))
                pieces = (words, name.text) if place == "right_before" else (name.text, words)
                text = question.replace(name.text, "".join(pieces))
                yield from self._gaps(text, self.read(text), False, place)
        clause = self._filled(self.random.choice(limiting["before"]))
        text = f"{clause}，{question}"
        yield from self._gaps(text, self.read(text), False, "limiting clause")

    def _filled(self, pattern: str) -> str:
        return _HOLE.sub(lambda hole: self.random.choice(self.words[hole[1]]), pattern)


def _reports(store: str = "") -> list[Any]:
    """The reports of a practice store (eval/gold/README.md); by default those of both."""
    from types import SimpleNamespace

    kept = {"haidian": "海淀", "sample": "示例"}.get(store, "")
    return [
        SimpleNamespace(id=str(i), title="", publisher=name, year=year, source="")
        for i, (name, year) in enumerate(
            [("北京市海淀区人民政府", 2024)]
            + [("示例市示例区人民政府", year) for year in range(2020, 2025)]
        )
        if kept in name
    ]


def _words(lexicon: Lexicon) -> dict[str, list[str]]:
    """Nouns, verbs and adjectives of jieba's dictionary that the lexicon does not know."""
    kinds = {"n": "n", "nz": "n", "vn": "n", "v": "v", "a": "a", "b": "a"}
    found: dict[str, list[str]] = {"n": [], "v": [], "a": []}
    for line in gap_words._dictionary().decode().splitlines():
        word, count, tag = line.split()
        known = any(m.end - m.start == len(word) for m in lexicon.matches(word))
        if tag in kinds and int(count) >= 60 and 1 <= len(word) <= 4 and not known:
            found[kinds[tag]].append(word)
    return found


@dataclass(frozen=True)
class Practice:
    """A practice question; `alone`: no turn of a conversation; `store` names its reports."""

    question: str
    answerable: bool
    alone: bool
    store: str


def _questions() -> Iterator[Practice]:
    for path in sorted(GOLD.glob("practice-*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            status = row["expect"]["status"]
            status = [status] if isinstance(status, str) else status
            alone = not row.get("session")
            store = path.stem.split("-")[1]
            if status == ["answered"]:
                yield Practice(row["question"], True, alone, store)
            elif "answered" not in status and alone:
                yield Practice(row["question"], False, alone, store)


def dataset(seed: int) -> list[Example]:
    """Examples without repeats, at most _MOST of one word, in a fixed order."""
    seen: Counter[tuple[str, bool]] = Counter()
    kept, known = [], set()
    for example in Maker(seed).examples():
        key = (example.question, example.gap, example.harmless)
        count = (example.gap.word, example.harmless)
        if key in known or seen[count] >= _MOST:
            continue
        known.add(key)
        seen[count] += 1
        kept.append(example)
    return kept


def _rows(examples: list[Example]) -> np.ndarray:
    embed = open_embedder("built-in").embed
    return np.vstack(
        [gap_words.features(one.question, one.reading, [one.gap], embed) for one in examples]
    )


def main() -> None:
    from sklearn.neural_network import MLPClassifier
    from sklearn.preprocessing import StandardScaler

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--known-only", action="store_true", help="only known-questions.npz")
    arguments = parser.parse_args()
    seed = arguments.seed
    write_known_questions(Maker(seed))
    if arguments.known_only:
        return
    examples = dataset(seed)
    rows = _rows(examples)
    labels = np.array([one.harmless for one in examples])
    words = sorted({one.gap.word for one in examples})
    random.Random(seed).shuffle(words)
    held = set(words[: len(words) // 5])
    check = np.array([one.gap.word in held for one in examples])
    scaler = StandardScaler().fit(rows[~check])
    model = MLPClassifier((48,), alpha=3e-2, random_state=seed, early_stopping=True, max_iter=80)
    model.fit(scaler.transform(rows[~check]), labels[~check])
    chance = model.predict_proba(scaler.transform(rows[check]))[:, 1]
    report = _report(examples, check, chance)
    with Path(str(gap_words.WEIGHTS)).open("wb") as file:
        np.savez_compressed(
            file,
            w0=model.coefs_[0].astype(np.float16),
            b0=model.intercepts_[0].astype(np.float16),
            w1=model.coefs_[1].astype(np.float16),
            b1=model.intercepts_[1].astype(np.float16),
            mean=scaler.mean_.astype(np.float32),
            scale=scaler.scale_.astype(np.float32),
        )
    Path(str(CARD)).write_text(report, encoding="utf-8")


def _report(examples: list[Example], check: np.ndarray, chance: np.ndarray) -> str:
    held = [one for one, checked in zip(examples, check, strict=True) if checked]
    lines = [
        "# gap-words.npz and known-questions.npz",
        "",
        "gap-words.npz tells words that limit what is counted from words of small talk",
        "(assistant/gap_words.py); known-questions.npz holds embeddings of our practice questions",
        "and what they ask for (assistant/known_questions.py). Made by",
        "`python -m eval.training.train_gap_words` from our own practice questions and made-up",
        "clauses; words and parts of speech from jieba's dictionary (MIT).",
        "",
        f"- examples: {len(examples)} ({sum(one.harmless for one in examples)} harmless), "
        f"of these {len(held)} with words never trained on",
        "",
        "| words never trained on | n | harmless by > 0.3 | > 0.5 | > 0.9 |",
        "|---|---:|---:|---:|---:|",
    ]
    for source in sorted({one.source for one in held}):
        own = np.array([c for one, c in zip(held, chance, strict=True) if one.source == source])
        shares = " | ".join(f"{100 * np.mean(own > limit):.1f} %" for limit in (0.3, 0.5, 0.9))
        lines.append(f"| {source} | {len(own)} | {shares} |")
    return "\n".join(lines) + "\n"


def write_known_questions(maker: Maker) -> int:
    """The practice questions that are understood without an unknown word or must be refused."""
    from assistant.context import Context
    from assistant.known_questions import FILE, REFUSED, signature
    from assistant.planner import Planner
    from assistant.schema import built_in_schema

    planner = Planner(maker.lexicon, built_in_schema())
    asked: dict[str, str] = {}
    for practice in _questions():
        if not practice.alone:
            continue
        catalog = Catalog.of(_reports(practice.store))
        understood = planner.understand(practice.question, catalog, Context())
        found = signature(understood) if practice.answerable else REFUSED
        if practice.answerable and found == REFUSED:
            continue  # not understood yet: says nothing of what it asks for
        asked.setdefault(normalize(practice.question), found)
    signatures = sorted(set(asked.values()))
    vectors = open_embedder("built-in").embed(list(asked))
    with Path(str(FILE)).open("wb") as file:
        np.savez_compressed(
            file,
            vectors=vectors.astype(np.float16),
            asked=np.array([signatures.index(one) for one in asked.values()], dtype=np.int32),
            signatures=np.array(json.dumps(signatures)),
        )
    return len(asked)


if __name__ == "__main__":
    main()
