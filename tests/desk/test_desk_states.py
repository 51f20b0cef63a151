"""The states of a ticket: properties that hold whatever happens in whatever order."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

from desk_parts import Clock, leave
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from assistant.desk.records import Actor, Change, State
from assistant.desk.rules import rules
from assistant.desk.service import Desk
from ingest.errors import NotPossibleError
from ingest.settings import Settings

STAFF = Actor(0, "cli", "admin", "cli")


def test_the_rules_speak_of_states_that_there_are() -> None:
    known = set(rules().states)
    assert set(rules().steps) == known
    for table in (rules().steps.values(), (e.values() for e in rules().events.values())):
        assert {state for row in table for state in row} <= known
    reachable, seen = {"new"}, set[str]()
    while reachable - seen:
        state = (reachable - seen).pop()
        seen.add(state)
        reachable |= set(rules().steps[cast(State, state)])
    assert reachable == known  # and from everywhere there is a way to resolved
    assert all("resolved" in steps or state == "resolved" for state, steps in rules().steps.items())


class Life(RuleBasedStateMachine):
    """One ticket, pushed about by its citizen and two of the staff, one of whom is out of date."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        self.clock = Clock()
        settings = Settings.load(environ={}, data_dir=Path(self.folder.name))
        self.desk = Desk.open(settings, clock=self.clock)
        self.receipt = leave(self.desk, owner="o", conversation="c")
        self.version, self.messages, self.events = 1, 0, 1

    def teardown(self) -> None:
        self.desk.close()
        self.folder.cleanup()

    def _view(self) -> Any:
        return self.desk.staff.ticket(STAFF, self.receipt.number)

    def _try(self, act: Any, *, message: bool = False) -> None:
        """A refused step must leave no trace; one that is taken counts the version on by one."""
        before = self._view()
        try:
            act(before.row.version)
        except NotPossibleError:
            assert self._view().row == before.row and self._view().history == before.history
            return
        self.messages += message
        self.version += 1
        self.events += 1

    @rule(minutes=st.integers(1, 5000))
    def time_passes(self, minutes: int) -> None:
        self.clock.pass_by(minutes=minutes)

    @rule()
    def citizen_writes(self) -> None:
        number, secret = self.receipt.number, self.receipt.secret
        self._try(lambda _: self.desk.citizens.add(number, secret, "x"), message=True)

    @rule()
    def citizen_resolves(self) -> None:
        number, secret = self.receipt.number, self.receipt.secret
        self._try(lambda _: self.desk.citizens.resolve(number, secret))

    @rule(resolve=st.booleans())
    def staff_reply(self, resolve: bool) -> None:
        number = self.receipt.number
        self._try(
            lambda v: self.desk.staff.reply(STAFF, number, "y", version=v, resolve=resolve),
            message=True,
        )

    @rule(state=st.sampled_from(sorted(rules().states)))
    def staff_move(self, state: State) -> None:
        number = self.receipt.number
        self._try(lambda v: self.desk.staff.change(STAFF, number, Change(state=state), version=v))

    @invariant()
    def it_is_sound(self) -> None:
        view = self._view()
        row = view.row
        assert (row.state == "resolved") == (row.resolved_at is not None)
        assert row.state in rules().states and view.steps == rules().steps[row.state]
        assert (row.version, len(view.history)) == (self.version, self.events)
        assert [message.seq for message in view.messages] == list(range(1, self.messages + 1))
        silent = not self.desk.citizens.bot_speaks("o", "c", "你好")
        assert silent == rules().states[row.state].live


Life.TestCase.settings = hypothesis_settings(max_examples=15, stateful_step_count=12, deadline=None)
TestLife = Life.TestCase
