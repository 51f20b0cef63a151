"""The steps from a table and a question to the answering cells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

import numpy as np

from assistant.tableqa.around import around_lines
from assistant.tableqa.choosing import set_lines, trust_line
from assistant.tableqa.cues import Paraphrases, cues
from assistant.tableqa.features import Asked, View, ask
from assistant.tableqa.layout import Bools, Floats, Ints, Layout
from assistant.tableqa.lines import second_lines
from assistant.tableqa.matching import (
    ALIKE,
    ALIKE_CLAUSE,
    ALIKE_REST,
    LINKED,
    PARAPHRASED,
    WON,
    match,
)
from assistant.tableqa.parts import Parts, split
from assistant.tableqa.plain import clauses
from assistant.tableqa.profile import Profile
from assistant.tableqa.sets import propose
from assistant.tableqa.texts import Texts
from assistant.tableqa.trees import Trees
from assistant.tableqa.words import links, role_scores, unsaid
from ingest.embedding import Embedder
from ingest.errors import SettingsError

MODEL = "tableqa.npz"
TREES = ("roles", "around", "first", "second", "chooser", "trust")


@dataclass(frozen=True)
class Ranker:
    """The learned parts: word tables, five sets of trees and the curve from trust to confidence."""

    role_words: Floats  # [slots, roles]
    link_words: Floats  # [slots]
    trees: Mapping[str, Trees]
    curve: Floats  # [2, points]: trust, share that was right
    sure: float

    @classmethod
    def load(cls, path: Path | None = None) -> Ranker:
        """The model of the package, or of `path`. Raises SettingsError naming the file."""
        try:
            if path is not None:
                with np.load(path) as arrays:
                    return cls.read(arrays)
            packed = files("assistant.tableqa") / "model" / MODEL
            with packed.open("rb") as stream, np.load(stream) as arrays:
                return cls.read(arrays)
        except (OSError, KeyError, ValueError) as error:
            raise SettingsError(f"{path or MODEL}：不是表格问答模型：{error}") from error

    @classmethod
    def read(cls, arrays: Mapping[str, Any]) -> Ranker:
        return cls(
            role_words=arrays["role_words"].astype(np.float32),
            link_words=arrays["link_words"].astype(np.float32),
            trees={name: Trees.read(arrays, name) for name in TREES},
            curve=arrays["curve"].astype(np.float32),
            sure=float(arrays["sure"][0]),
        )

    def save(self, path: Path) -> None:
        arrays: dict[str, Any] = {
            "role_words": self.role_words.astype(np.float16),
            "link_words": self.link_words.astype(np.float16),
            "curve": self.curve.astype(np.float32),
            "sure": np.array([self.sure], dtype=np.float64),
        }
        for name, trees in self.trees.items():
            arrays |= trees.arrays(name)
        np.savez_compressed(path, **arrays)

    def view(self, layout: Layout) -> View:
        """Profiles and header roles of the cells."""
        profile = Profile(layout)
        texts = Texts(profile.plain)
        lines = role_lines(profile, texts, self.role_words)
        alone = self.trees["roles"].shares(lines)
        roles = self.trees["around"].shares(around_lines(layout, lines, alone))
        return View(layout, profile, texts, Paraphrases(profile.plain), roles)

    def choose(
        self, view: View, vectors: Floats, embedder: Embedder, question: str
    ) -> tuple[Ints, float]:
        """The chosen cells in reading order, and the share of such choices that is right."""
        asked = ask_view(view, vectors, embedder, question, self.link_words)
        first = self.trees["first"].probability(asked.lines)
        parts = Parts.of(view.layout, first, self._apart(view, vectors, embedder, question))
        scores = self.trees["second"].probability(second_lines(view, asked, first, parts))
        member, source = propose(view, scores, asked.match.scores[WON], parts.unions())
        lines = set_lines(view, asked, scores, first, parts, member, source)
        chances = self.trees["chooser"].probability(lines)
        trust = self.trees["trust"].probability(trust_line(lines, chances)[None, :])[0]
        chosen: Ints = np.flatnonzero(member[int(chances.argmax())])
        return chosen, float(np.interp(trust, self.curve[0], self.curve[1]))

    def _apart(
        self, view: View, vectors: Floats, embedder: Embedder, question: str
    ) -> list[Floats]:
        """The first ranker's probabilities for every part of the question."""
        lines = [
            ask_view(view, vectors, embedder, part, self.link_words).lines
            for part in split(question)
        ]
        if not lines:
            return []
        joined = self.trees["first"].probability(np.concatenate(lines))
        return np.split(joined, len(lines))


def role_lines(profile: Profile, texts: Texts, table: Floats) -> Floats:
    """[n, features] for the model of header roles."""
    return np.concatenate([profile.shape, role_scores(texts, table)], axis=1)


def embed(embedder: Embedder, texts: Sequence[str]) -> Floats:
    return embedder.embed([text[:40] for text in texts])


def ask_view(
    view: View, vectors: Floats, embedder: Embedder, question: str, link_words: Floats
) -> Asked:
    """The first features of every cell; `vectors` [n, dimension] of the cells' texts."""
    asked, numbers = clauses(question)
    found = match(view.texts, asked)
    seen: Bools = np.asarray(found.covered.any(axis=0))
    rest = "".join(letter for letter, known in zip(asked, seen, strict=True) if not known)
    parts = ["".join(pair[0] for pair in group) for _, group in
             groupby(zip(asked, numbers, strict=True), key=itemgetter(1))]  # fmt: skip
    alike = vectors @ embedder.embed([question, rest, *parts]).T
    found.scores[ALIKE], found.scores[ALIKE_REST] = alike[:, 0], alike[:, 1]
    found.scores[ALIKE_CLAUSE] = alike[:, 2:].max(axis=1)
    found.scores[LINKED] = links(unsaid(asked, found), view.texts, link_words)
    found.scores[PARAPHRASED] = view.paraphrases.named(asked)
    return ask(view, found, cues(question), np.array(numbers))
