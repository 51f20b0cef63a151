"""Any order of storing, publishing again and removing: the library equals a plain model of it."""

from __future__ import annotations

from decimal import Decimal
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from made_up import report

from ingest.settings import Settings
from ingest.store.library import Library

IDS = ("甲-2023", "甲-2024", "乙-2024")
VALUES = st.lists(
    st.none() | st.decimals(allow_nan=False, allow_infinity=False, places=2).map(str),
    min_size=1,
    max_size=4,
)


class Stored(RuleBasedStateMachine):
    """`model` maps report ids to the values and the content that should be read back."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        self.library = Library.open(Settings.load(data_dir=self.folder.name, environ={}))
        self.model: dict[str, tuple[str, tuple[str | None, ...]]] = {}
        self.contents = 0

    @rule(name=st.sampled_from(IDS), values=VALUES)
    def put_new_content(self, name: str, values: list[str | None]) -> None:
        expected = "replaced" if name in self.model else "stored"

        assert self.library.put(self.report(name, values)) == expected

        self.model[name] = (str(self.contents), tuple(values))

    @rule(name=st.sampled_from(IDS))
    def put_same_again(self, name: str) -> None:
        if name in self.model:
            content, values = self.model[name]
            again = report(name, publisher=name[:1], content=content, values=values)
            assert self.library.put(again) == "unchanged"

    @rule(name=st.sampled_from(IDS))
    def remove(self, name: str) -> None:
        assert self.library.remove(name) == (name in self.model)
        self.model.pop(name, None)

    @rule(name=st.sampled_from(IDS), values=VALUES)
    def die_while_writing(self, name: str, values: list[str | None]) -> None:
        with self.library.writer() as writer:
            writer.stage([self.report(name, values)])

    @rule()
    def clear(self) -> None:
        with self.library.writer() as writer:
            writer.purge(writer.unfinished())

    @rule()
    def open_again(self) -> None:
        self.library.close()
        self.library = Library.open(self.library.settings)

    @invariant()
    def all_is_as_in_the_model(self) -> None:
        assert {info.id for info in self.library.reports()} == set(self.model)
        for name in IDS:
            _, values = self.model.get(name, ("", ()))
            found = [figure.value for figure in self.library.figures(report_ids=[name])]
            assert found == [None if value is None else Decimal(value) for value in values]
        total = sum(len(values) for _, values in self.model.values())
        assert len(self.library.figures()) == total
        for name, (_, values) in self.model.items():
            [first] = self.library.values(["item0.total"], report_ids=[name])
            assert first.value == (None if values[0] is None else Decimal(values[0]))

    def report(self, name: str, values: list[str | None]) -> Any:
        self.contents += 1
        content = str(self.contents)
        return report(name, publisher=name[:1], content=content, values=tuple(values))

    def teardown(self) -> None:
        self.library.close()
        self.folder.cleanup()


TestStored = Stored.TestCase
TestStored.settings = settings(
    max_examples=25,
    stateful_step_count=20,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
