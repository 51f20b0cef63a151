"""Train the ranker of assistant/tableqa from public Chinese table questions.

    python -m eval.training.train_table_ranker [--data FOLDER] [--out FOLDER]

Five folds of whole tables: every stage learns from what the stage before said about tables it had
not seen. Needs the extra `training` (LightGBM, scikit-learn).
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from assistant.table_answerer import CellTable
from assistant.tableqa.around import around_lines
from assistant.tableqa.choosing import set_lines, trust_line
from assistant.tableqa.cues import Paraphrases
from assistant.tableqa.features import ROLES, Asked, View
from assistant.tableqa.layout import Bools, Floats, Ints, Layout
from assistant.tableqa.lines import second_lines
from assistant.tableqa.matching import WON, match
from assistant.tableqa.narrowing import LARGEST
from assistant.tableqa.parts import Parts, split
from assistant.tableqa.plain import clauses, code
from assistant.tableqa.profile import Profile
from assistant.tableqa.ranker import MODEL, Ranker, ask_view, embed, role_lines
from assistant.tableqa.sets import propose
from assistant.tableqa.texts import Texts
from assistant.tableqa.trees import Trees, sigmoid
from assistant.tableqa.words import LINK_SLOTS, ROLE_SLOTS, slots, unsaid, whole_slots
from eval.training.tree_export import exported
from ingest.embedding import open_embedder

ROOT = Path(__file__).parents[2]
DATA = ROOT.parent / "shared" / "tableqa"
FOLDS = 5
WORKERS = 2  # fits at once, each in one thread: the same model on any number of cores
ALL = -1  # "no fold left out"
PRECISION = 0.988

COMMON = {
    "num_threads": 1, "verbosity": -1, "seed": 7, "max_bin": 63, "deterministic": True,
    "force_row_wise": True,
    "feature_fraction": 0.4, "bagging_fraction": 0.8, "bagging_freq": 1, "lambda_l2": 5.0,
}  # fmt: skip
STAGES: dict[str, tuple[dict[str, Any], int]] = {
    "roles": ({"objective": "multiclass", "num_class": len(ROLES), "learning_rate": 0.08,
               "num_leaves": 31, "min_data_in_leaf": 20}, 120),
    "around": ({"objective": "multiclass", "num_class": len(ROLES), "learning_rate": 0.08,
                "num_leaves": 15, "min_data_in_leaf": 20}, 100),
    "first": ({"objective": "binary", "learning_rate": 0.05, "num_leaves": 31,
               "min_data_in_leaf": 30}, 350),
    "second": ({"objective": "binary", "learning_rate": 0.05, "num_leaves": 31,
                "min_data_in_leaf": 30}, 300),
    "chooser": ({"objective": "binary", "learning_rate": 0.04, "num_leaves": 31,
                 "min_data_in_leaf": 40}, 400),
    "trust": ({"objective": "binary", "learning_rate": 0.03, "num_leaves": 7,
               "min_data_in_leaf": 30}, 150),
}  # fmt: skip


@dataclass
class Item:
    """One question of a table, with what the stages found out about it."""

    table: Table
    id: str
    text: str
    gold: Bools
    asked: Asked | None = None
    apart: Floats | None = None  # [parts × n, features]
    first: Floats | None = None
    parts: Parts | None = None
    scores: Floats | None = None
    second: Floats | None = None
    member: Bools | None = None
    sets: Floats | None = None
    chances: Floats | None = None
    trust: float = 0.0

    @property
    def proposed(self) -> Bools:
        assert self.member is not None
        same: Bools = (self.member == self.gold[None, :]).all(axis=1)
        return same

    @property
    def right(self) -> bool:
        assert self.chances is not None
        return bool(self.proposed[int(self.chances.argmax())])


@dataclass
class Table:
    fold: int
    kind: str
    layout: Layout
    profile: Profile
    texts: Texts
    paraphrases: Paraphrases
    labels: Ints
    vectors: Floats
    items: list[Item] = field(default_factory=list)
    view: View | None = None


def read(path: Path, embedder: Any, folds: int = FOLDS) -> list[Table]:
    """The tables of a file, each in a fold that its id decides."""
    tables = []
    for text in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(text)
        grid = tuple(tuple(line) for line in row["grid"])
        layout = Layout.of(CellTable(grid, tuple(row["cells"])))
        place = {cell: number for number, cell in enumerate(layout.ids)}
        labels = np.zeros(layout.size, dtype=np.int64)
        for number, name in enumerate(ROLES[1:], start=1):
            labels[[place[cell] for cell in row["labels"].get(name, ()) if cell in place]] = number
        profile = Profile(layout)
        table = Table(
            fold=code(row["table_id"]) % folds,
            kind=row["table_type"],
            layout=layout,
            profile=profile,
            texts=Texts(profile.plain),
            paraphrases=Paraphrases(profile.plain),
            labels=labels,
            vectors=embed(embedder, layout.texts),
        )
        for question in row["questions"]:
            gold = np.zeros(layout.size, dtype=bool)
            gold[[place[cell] for cell in question["answer_cells"]]] = True
            table.items.append(Item(table, question["id"], question["question"], gold))
        tables.append(table)
    return tables


def role_words(tables: Sequence[Table]) -> Floats:
    """[slots, roles]: log of how much oftener a pair stands in cells of a role than in others."""
    counts = np.ones((ROLE_SLOTS, len(ROLES)), dtype=np.float64) * 0.5
    for table in tables:
        texts = table.texts
        np.add.at(counts, (texts.codes[texts.flat] % ROLE_SLOTS,
                           np.repeat(table.labels, texts.sizes)), 1)  # fmt: skip
        np.add.at(counts, (whole_slots(texts), table.labels), 1)
    share = counts / counts.sum(axis=1, keepdims=True)
    prior = counts.sum(axis=0) / counts.sum()
    result: Floats = np.log(share / prior).astype(np.float32)
    return result


def link_words(tables: Sequence[Table]) -> Floats:
    """[slots]: log of how much oftener an unmatched word of a question meets a word of the headers
    of its answer than a word of other headers."""
    yes, no = np.zeros(LINK_SLOTS), np.zeros(LINK_SLOTS)
    for table in tables:
        view = table.view
        assert view is not None
        left, left2, above, above2 = view.chains
        heads = np.flatnonzero(view.heads >= 0.5)
        for item in table.items:
            asked, _ = clauses(item.text)
            said = match(table.texts, asked)
            words = unsaid(asked, said)
            own = np.concatenate([chain[item.gold] for chain in (left, left2, above, above2)])
            for head in heads:
                held = table.texts.flat[table.texts.starts[head] :][: table.texts.sizes[head]]
                where = np.unique(slots(words, table.texts.codes[held]))
                (yes if head in own else no)[where] += 1
    prior = yes.sum() / max(no.sum(), 1)
    result: Floats = np.log((yes + 2 * prior) / (no + 2) / prior).astype(np.float32)
    return result


def fit(stage: str, lines: Floats, target: Ints) -> Trees:
    import lightgbm

    options, rounds = STAGES[stage]
    data = lightgbm.Dataset(lines, label=target)
    return exported(lightgbm.train({**COMMON, **options}, data, num_boost_round=rounds))


class Training:
    """The stages in order. `trees[stage][fold]` was fitted without that fold; ALL is what ships."""

    def __init__(self, tables: list[Table], embedder: Any) -> None:
        self.tables, self.embedder = tables, embedder
        self.folds = [*range(FOLDS), ALL]
        self.trees: dict[str, dict[int, Trees]] = {}
        self.words: dict[int, Floats] = {}
        self.links: dict[int, Floats] = {}
        self.sure = (0.0, 0.0)
        self.began = time.monotonic()

    def card(self, model: Path) -> str:
        """The filled card of what was trained."""
        items = list(self.items())
        template = (Path(__file__).parent / "data" / "table_ranker_card.md").read_text("utf-8")
        return template.format(
            megabytes=model.stat().st_size / 1e6,
            tables=len(self.tables),
            questions=len(items),
            minutes=(time.monotonic() - self.began) / 60,
            right=np.mean([item.right for item in items]),
            kinds=report(items).partition(", ")[2],
            sure_share=self.sure[0],
            sure_right=self.sure[1],
            ceiling=np.mean([item.proposed.any() for item in items]),
            largest=LARGEST,
        )

    def note(self, text: str) -> None:
        sys.stderr.write(f"{time.monotonic() - self.began:7.1f} s  {text}\n")

    def items(self) -> Iterator[Item]:
        for table in self.tables:
            yield from table.items

    def run(self) -> Ranker:
        self.roles()
        self.ask()
        self.first()
        self.second()
        self.sets()
        self.choose()
        curve, sure = self.trust()
        return Ranker(
            self.words[ALL], self.links[ALL],
            {stage: trees[ALL] for stage, trees in self.trees.items()}, curve, sure,
        )  # fmt: skip

    def _fit_all(self, stage: str, fold_of: Ints, lines: Floats, target: Ints) -> Floats:
        """Fit a stage without each fold and on all; raw outputs for lines by who had not seen
        them."""
        from concurrent.futures import ThreadPoolExecutor

        def fitted(fold: int) -> Trees:
            use = fold_of != fold
            return fit(stage, lines[use], target[use])

        with ThreadPoolExecutor(WORKERS) as pool:
            self.trees[stage] = dict(zip(self.folds, pool.map(fitted, self.folds), strict=True))
        out = np.zeros((len(lines), self.trees[stage][ALL].outputs), dtype=np.float32)
        for fold in range(FOLDS):
            out[fold_of == fold] = self.trees[stage][fold].raw(lines[fold_of == fold])
        self.note(f"{stage}: {len(lines)} lines of {lines.shape[1]}")
        return out

    def roles(self) -> None:
        for fold in self.folds:
            self.words[fold] = role_words([t for t in self.tables if t.fold != fold])
        lines = [role_lines(t.profile, t.texts, self.words[t.fold]) for t in self.tables]
        sizes = [len(part) for part in lines]
        folds = np.repeat([t.fold for t in self.tables], sizes)
        labels = np.concatenate([t.labels for t in self.tables])
        alone = np.split(
            self._roles("roles", folds, np.concatenate(lines), labels), np.cumsum(sizes)[:-1]
        )
        lines = [
            around_lines(t.layout, own, roles)
            for t, own, roles in zip(self.tables, lines, alone, strict=True)
        ]
        shares = self._roles("around", folds, np.concatenate(lines), labels)
        for table, part in zip(self.tables, np.split(shares, np.cumsum(sizes)[:-1]), strict=True):
            table.view = View(table.layout, table.profile, table.texts, table.paraphrases, part)

    def _roles(self, stage: str, folds: Ints, lines: Floats, labels: Ints) -> Floats:
        raw = self._fit_all(stage, folds, lines, labels)
        powers = np.exp(raw - raw.max(axis=1, keepdims=True))
        shares: Floats = (powers / powers.sum(axis=1, keepdims=True)).astype(np.float32)
        self.note(f"{stage} right: {(shares.argmax(axis=1) == labels).mean():.4f}")
        return shares

    def ask(self) -> None:
        for fold in self.folds:
            self.links[fold] = link_words([t for t in self.tables if t.fold != fold])
        self.note("links")
        for item in self.items():
            table = item.table
            assert table.view is not None
            lines = []
            for number, text in enumerate((item.text, *split(item.text))):
                asked = ask_view(
                    table.view, table.vectors, self.embedder, text, self.links[table.fold]
                )
                lines.append(asked.lines)
                if not number:
                    item.asked = asked
            item.apart = np.concatenate(lines[1:]) if lines[1:] else None
        self.note("asked")

    def _ranked(self, stage: str, lines: list[Floats]) -> list[Floats]:
        items = list(self.items())
        sizes = [len(part) for part in lines]
        folds = np.repeat([item.table.fold for item in items], sizes)
        target = np.concatenate([item.gold for item in items]).astype(np.int64)
        raw = self._fit_all(stage, folds, np.concatenate(lines), target)[:, 0]
        return np.split(sigmoid(raw), np.cumsum(sizes)[:-1])

    def first(self) -> None:
        lines = [item.asked.lines for item in self.items() if item.asked is not None]
        for item, part in zip(self.items(), self._ranked("first", lines), strict=True):
            item.first = part
            apart = []
            if item.apart is not None:
                chances = self.trees["first"][item.table.fold].probability(item.apart)
                apart = np.split(chances, len(item.apart) // item.table.layout.size)
                item.apart = None
            item.parts = Parts.of(item.table.layout, part, apart)
        hits = [((i.first > 0.5) == i.gold).all() for i in self.items() if i.first is not None]
        self.note(f"first: all cells over ½ right {np.mean(hits):.4f}")

    def second(self) -> None:
        lines = [
            second_lines(i.table.view, i.asked, i.first, i.parts)
            for i in self.items()
            if i.table.view is not None and i.asked is not None
            if i.first is not None and i.parts is not None
        ]
        for item, part in zip(self.items(), self._ranked("second", lines), strict=True):
            item.scores = part
        hits = [((i.scores > 0.5) == i.gold).all() for i in self.items() if i.scores is not None]
        self.note(f"second: all cells over ½ right {np.mean(hits):.4f}")

    def sets(self) -> None:
        for item in self.items():
            make_sets(item)
        held = np.mean([item.proposed.any() for item in self.items()])
        self.note(f"gold among the proposed sets: {held:.4f}")

    def choose(self) -> None:
        items = list(self.items())
        lines = [item.sets for item in items if item.sets is not None]
        sizes = [len(part) for part in lines]
        folds = np.repeat([item.table.fold for item in items], sizes)
        target = np.concatenate([item.proposed for item in items]).astype(np.int64)
        raw = self._fit_all("chooser", folds, np.concatenate(lines), target)[:, 0]
        for item, part in zip(items, np.split(sigmoid(raw), np.cumsum(sizes)[:-1]), strict=True):
            item.chances = part
        self.note("chosen right: " + report(items))

    def trust(self) -> tuple[Floats, float]:
        items = list(self.items())
        lines = np.stack([trust_line(i.sets, i.chances) for i in items
                          if i.sets is not None and i.chances is not None])  # fmt: skip
        folds = np.array([item.table.fold for item in items])
        right = np.array([item.right for item in items])
        trust = sigmoid(self._fit_all("trust", folds, lines, right.astype(np.int64))[:, 0])
        for item, value in zip(items, trust, strict=True):
            item.trust = float(value)
        curve, sure = calibrated(trust, right, self.note)
        confident = np.interp(trust, curve[0], curve[1]) >= sure
        self.sure = float(confident.mean()), float(right[confident].mean())
        return curve, sure


def make_sets(item: Item) -> None:
    view = item.table.view
    assert view is not None and item.asked is not None
    assert item.scores is not None and item.first is not None and item.parts is not None
    unions = item.parts.unions()
    item.member, source = propose(view, item.scores, item.asked.match.scores[WON], unions)
    item.sets = set_lines(
        view, item.asked, item.scores, item.first, item.parts, item.member, source
    )


def calibrated(trust: Floats, right: Bools, note: Callable[[str], None]) -> tuple[Floats, float]:
    """The isotonic curve, and the confidence from which the unseen choices reach PRECISION."""
    from sklearn.isotonic import IsotonicRegression

    curve = IsotonicRegression(out_of_bounds="clip").fit(trust, right)
    points = np.stack([curve.X_thresholds_, curve.y_thresholds_]).astype(np.float32)
    # Steps are made to rise a little, so that confidences order as trust does.
    points[1] = np.clip(points[1], 0, 1) * 0.999 + points[0] * 0.001
    order = np.argsort(-trust, kind="stable")
    precision = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    reach = np.flatnonzero(precision >= PRECISION)
    last = int(reach[-1]) if len(reach) else 0
    for share in (0.5, 0.6, 0.65, 0.7, 0.75, 0.8):
        note(f"  surest {share:.0%}: {precision[int(share * len(order)) - 1]:.4f} right")
    note(f"sure: {(last + 1) / len(order):.4f} of the questions at {precision[last]:.4f}")
    return points, float(np.interp(trust[order[last]], points[0], points[1]))


def report(items: Sequence[Item]) -> str:
    parts = [f"{np.mean([item.right for item in items]):.4f}"]
    for kind in sorted({item.table.kind for item in items}):
        own = [item.right for item in items if item.table.kind == kind]
        parts.append(f"{kind} {np.mean(own):.4f}")
    return ", ".join(parts)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--out", type=Path, default=ROOT / "assistant" / "tableqa" / "model")
    parser.add_argument(
        "--keep", type=Path, help="write the unseen choices here, for error analysis"
    )
    options = parser.parse_args(arguments)
    embedder = open_embedder()
    training = Training(read(options.data / "train.jsonl", embedder), embedder)
    ranker = training.run()
    options.out.mkdir(parents=True, exist_ok=True)
    ranker.save(options.out / MODEL)
    training.note(f"{(options.out / MODEL).stat().st_size / 1e6:.2f} MB")
    (options.out / "README.md").write_text(training.card(options.out / MODEL), encoding="utf-8")
    if options.keep:
        import pickle

        options.keep.write_bytes(pickle.dumps(training.tables))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
