"""The rules of rules.yaml, checked when they are read."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from typing import cast

from pydantic import ValidationError

from assistant.desk.records import HandoverReason, Priority, Role, State
from ingest.errors import FormError, NotPossibleError
from ingest.form import Model, read_yaml

FILE = files("assistant") / "desk" / "rules.yaml"


class StateRule(Model):
    name: str
    live: bool


class RoleRule(Model):
    name: str
    may: frozenset[str]


class Rules(Model):
    states: dict[State, StateRule]
    steps: dict[State, tuple[State, ...]]
    events: dict[str, dict[State, State]]
    priorities: dict[Priority, float]
    priority_names: dict[Priority, str]
    reasons: dict[HandoverReason, str]
    unanswered: frozenset[HandoverReason]
    no_topics: frozenset[str]
    roles: dict[Role, RoleRule]
    scopes: frozenset[str]
    names: dict[str, str]

    @property
    def live(self) -> tuple[State, ...]:
        return tuple(state for state, rule in self.states.items() if rule.live)

    def after(self, state: State, event: str) -> State:
        """The state that `event` leads to. Raises NotPossibleError where there is none."""
        target = self.events[event].get(state)
        if target is None:
            raise NotPossibleError(f"工单{self.states[state].name}，不能这样操作")
        return target

    def step(self, state: State, target: State) -> State:
        """`target`, where staff may move a ticket there. Raises NotPossibleError."""
        if target not in self.steps[state]:
            names = "、".join(self.states[one].name for one in self.steps[state])
            raise NotPossibleError(f"工单{self.states[state].name}，只能改为：{names}")
        return target

    def may(self, role: str, permission: str) -> bool:
        rule = self.roles.get(cast(Role, role))
        return rule is not None and permission in rule.may


@lru_cache(maxsize=1)
def rules() -> Rules:
    """Raises FormError naming the file."""
    try:
        return Rules.model_validate(read_yaml(FILE))
    except ValidationError as error:
        raise FormError(
            f"{FILE}: {error.errors()[0]['loc']}: {error.errors()[0]['msg']}"
        ) from error
