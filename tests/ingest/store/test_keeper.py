"""Both stores as one: what ends early is made good, and vectors follow the reports."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ingest import pipeline
from ingest.embedding import open_embedder
from ingest.figure import Report
from ingest.settings import Settings
from ingest.store.keeper import Keeper
from ingest.store.library import Library
from ingest.store.vectors import Vectors

Make = Callable[..., Report]
ROOT = Path(__file__).parents[3]

# Writes versions of two reports (one known, one new) and dies by SIGKILL after a step.
KILLED = """
import os, signal, sys
from pathlib import Path
from made_up import report
from ingest.settings import Settings
from ingest.store.keeper import Keeper
from ingest.store.library import Library

folder, step = sys.argv[1:]
settings = Settings.load(data_dir=Path(folder))

def checkpoint(done):
    if done == step:
        os.kill(os.getpid(), signal.SIGKILL)

with Library.open(settings) as library, library.writer() as writer:
    keeper = Keeper(settings, library, writer, checkpoint=checkpoint)
    keeper.recover()
    keeper.write([
        report(content="二", values=("9",), texts=("新版说明公开平台的建设。",)),
        report("新区-2024", publisher="新区", texts=("新区的培训情况。",)),
    ])
print("lived")
"""


@contextmanager
def keeping(settings: Settings) -> Iterator[tuple[Library, Keeper]]:
    with Library.open(settings) as library, library.writer() as writer:
        keeper = Keeper(settings, library, writer)
        try:
            yield library, keeper
        finally:
            keeper.vectors.close()


@contextmanager
def searching(settings: Settings) -> Iterator[Vectors]:
    vectors = Vectors.open(settings, open_embedder())
    try:
        yield vectors
    finally:
        vectors.close()


def texts_found(settings: Settings, question: str) -> set[str]:
    """The texts of all passages that a search finds, as a person would see them."""
    with Library.open(settings) as library, searching(settings) as vectors:
        hits = [passage_id for passage_id, _ in vectors.search(question, 20)]
        passages = library.passages_by_id(hits)
        assert len(passages) == len(hits)
        return {passage.text for passage in passages}


@pytest.mark.parametrize(
    ("step", "new_is_there"),
    [
        ("staged", False),
        ("embedded", False),
        ("published", True),
        ("unembedded", True),
        ("purged", True),
    ],
)
def test_killed_at_any_step_the_store_is_whole(
    settings: Settings, make_report: Make, step: str, new_is_there: bool
) -> None:
    with keeping(settings) as (_, keeper):
        keeper.write([make_report()])
    old = {"存在的问题是公开不够及时。", "下一步将加强培训。"}
    new = {"新版说明公开平台的建设。", "新区的培训情况。"}

    ended = subprocess.run(
        [sys.executable, "-c", KILLED, str(settings.data_dir), step],
        env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests'}"},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert ended.returncode == -signal.SIGKILL, ended.stderr

    # a reader that comes before any repair sees one whole version, never a mixture
    seen = new if new_is_there else old
    with Library.open(settings) as library:
        assert {passage.text for passage in library.passages()} == seen
        values = [str(figure.value) for figure in library.figures(report_ids=["示例区-2024"])]
        assert values == (["9"] if new_is_there else ["374", "0", "None"])
    assert texts_found(settings, "公开") == seen

    # the next run makes it good: nothing half-written is left in either store
    pipeline.refresh(settings)
    assert texts_found(settings, "公开") == seen
    with Library.open(settings) as library, library.writer() as writer:
        assert writer.unfinished() == []
    with searching(settings) as vectors:
        assert vectors.count() == len(seen)


def test_a_killed_run_can_be_repeated(settings: Settings, make_report: Make) -> None:
    with keeping(settings) as (library, keeper):
        staged = keeper.writer.stage([make_report()], keeper.vectors.collection)
        assert staged
        assert library.reports() == []
    with keeping(settings) as (library, keeper):
        keeper.recover()
        assert [entry.status for entry in keeper.write([make_report()])] == ["stored"]
        assert len(library.reports()) == 1
        assert keeper.vectors.count() == 2


def test_replacing_and_removing_take_the_vectors_along(
    settings: Settings, make_report: Make
) -> None:
    with keeping(settings) as (_, keeper):
        keeper.write([make_report(), make_report("乙-2024", publisher="乙", texts=("乙的事。",))])
        keeper.write([make_report(content="二", texts=("新的一段。",))])
        assert keeper.vectors.count() == 2

    assert texts_found(settings, "一段") == {"新的一段。", "乙的事。"}
    assert pipeline.remove(settings, ["示例区-2024", "没有"]) == ["示例区-2024"]
    assert texts_found(settings, "一段") == {"乙的事。"}
    with searching(settings) as vectors:
        assert vectors.count() == 1


def test_search_within_reports(settings: Settings, make_report: Make) -> None:
    with keeping(settings) as (_, keeper):
        keeper.write(
            [
                make_report(f"{name}-2024", publisher=name, texts=(f"{name}的问题。",))
                for name in ("甲", "乙", "丙")
            ]
        )
        search = keeper.vectors.search

        assert {hit for hit, _ in search("问题", report_ids=["乙-2024"])} == {"乙-2024:p0"}
        assert len(search("问题", 2)) == 2
        assert search("问题", report_ids=[]) == []
        assert search("问题", report_ids=["没有"]) == []
        [(best, score), *_] = search("乙的问题。")
        assert best == "乙-2024:p0"
        assert score == pytest.approx(1.0, abs=1e-5)


def test_a_report_that_the_database_refuses_fails_alone(
    settings: Settings, make_report: Make
) -> None:
    from dataclasses import replace
    from decimal import Decimal

    bad = make_report("坏-2024", publisher="坏")
    bad = replace(bad, figures=(replace(bad.figures[0], value=Decimal("NaN")),))
    with keeping(settings) as (library, keeper):
        good, failed = keeper.write([make_report(), bad])

        assert good.status == "stored"
        assert failed.status is None
        assert "数值不能存储" in failed.error
        assert [info.id for info in library.reports()] == ["示例区-2024"]


def test_vectors_are_made_for_reports_that_lack_them(settings: Settings, make_report: Make) -> None:
    with Library.open(settings) as library:
        library.put(make_report())

    pipeline.refresh(settings)

    assert len(texts_found(settings, "公开")) == 2


def test_a_lost_vector_folder_is_filled_again(settings: Settings, make_report: Make) -> None:
    import shutil

    with keeping(settings) as (_, keeper):
        keeper.write([make_report()])
    shutil.rmtree(settings.data_dir / "chroma")

    with keeping(settings) as (_, keeper):
        keeper.write([make_report("乙-2024", publisher="乙", texts=("乙的事。",))])

        assert keeper.vectors.count() == 3


class OtherModel:
    """Another embedding model, of another dimension."""

    name = "另一个模型"
    dimension = 3

    def embed(self, texts: list[str]) -> object:
        import numpy as np

        return np.eye(3, dtype=np.float32)[[len(text) % 3 for text in texts]]


def test_another_model_gets_its_own_collection(settings: Settings, make_report: Make) -> None:
    with keeping(settings) as (library, keeper):
        keeper.write([make_report()])
        other = Vectors.open(settings, OtherModel(), library)  # type: ignore[arg-type]
        second = Keeper(settings, library, keeper.writer, other)
        second.recover()

        assert other.collection != keeper.vectors.collection
        assert (other.count(), keeper.vectors.count()) == (2, 2)

        keeper.writer.remove(["示例区-2024"])
        second.clear()
        assert (other.count(), keeper.vectors.count()) == (0, 0)


def test_a_running_process_sees_what_another_writes(settings: Settings, make_report: Make) -> None:
    """A chat server keeps its Chroma client open while `wenbao ingest` runs beside it."""
    with keeping(settings) as (library, keeper):
        keeper.write([make_report()])
        before = {hit for hit, _ in keeper.vectors.search("公开", 20)}
        vectors = keeper.vectors
        lock_free = library
    try:
        ended = subprocess.run(
            [sys.executable, "-c", KILLED, str(settings.data_dir), "never"],
            env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests'}"},
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert ended.stdout == "lived\n", ended.stderr
        after = {hit for hit, _ in vectors.search("公开", 20)}
        assert before == {"示例区-2024:p0", "示例区-2024:p1"}
        assert after == {"示例区-2024:p0", "新区-2024:p0"}
    finally:
        vectors.close()
        lock_free.close()


@pytest.mark.server
def test_a_chroma_server(tmp_path: Path, chroma_url: str, make_report: Make) -> None:
    """Two stores on one server do not see each other's vectors."""
    stores = [Settings.load(data_dir=tmp_path / name, chroma_url=chroma_url) for name in ("a", "b")]
    for settings, text in zip(stores, ("甲的事。", "乙的事。"), strict=True):
        with keeping(settings) as (_, keeper):
            keeper.write([make_report(texts=(text,))])

    assert texts_found(stores[0], "事") == {"甲的事。"}
    assert texts_found(stores[1], "事") == {"乙的事。"}
    assert not (stores[0].data_dir / "chroma").exists()

    pipeline.remove(stores[0], ["示例区-2024"])
    with searching(stores[0]) as vectors:
        assert vectors.count() == 0
    assert texts_found(stores[1], "事") == {"乙的事。"}
