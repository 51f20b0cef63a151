"""Pages: each page of the console as HTML."""

from __future__ import annotations

import secrets
import time
from datetime import datetime
from functools import lru_cache
from importlib.resources import files
from typing import Any

from assistant.desk.hours import CHINA
from assistant.desk.service import Desk
from assistant.web.desk import drawing
from assistant.web.desk.proof import proof_of
from assistant.web.desk.session import Visit
from assistant.web.desk.wanted import ORDERS, PRIORITIES, QUICK, REASONS, STATES, Wanted
from assistant.web.render import render
from assistant.web.texts import Texts, texts
from ingest.form import read_yaml
from ingest.store.library import Library

SIZE = 30
DAY = 24 * 3600
FILE = files("assistant") / "web" / "desk" / "texts.yaml"


@lru_cache(maxsize=1)
def desk_texts() -> Texts:
    """The texts of the console; Chinese, as staff are."""
    return Texts("zh", dict(read_yaml(FILE)))


class Pages:
    def __init__(self, desk: Desk, library: Library) -> None:
        self._desk = desk
        self._library = library

    def login(self, *, to: str, name: str = "", error: str = "", expired: bool = False) -> str:
        accounts = bool(self._desk.accounts.list())
        given = {"to": to, "name": name, "error": error, "expired": expired}
        return self._draw("login", None, accounts=accounts, **given)

    def problem(self, error: str) -> str:
        return self._draw("problem", None, error=error)

    def queue(self, here: Visit, wanted: Wanted) -> str:
        actor = here.login.actor
        chosen = wanted.filter(actor.name)
        page = self._desk.staff.queue(
            actor, chosen, page=wanted.page, size=SIZE, order=wanted.sorted_by
        )
        return self._draw(
            "queue",
            here,
            wanted=wanted,
            page=page,
            quick=[(one.query(), desk_texts()(f"quick.{name}")) for name, one in QUICK.items()],
            **self._options(),
        )

    def _options(self) -> dict[str, list[tuple[str, str]]]:
        """(value, words) of each choice of the filter."""
        t, rules = desk_texts(), self._desk.ground.rules
        states = [(state, rules.states[state].name) for state in STATES]
        return {
            "state_options": [("live", t("queue.live")), ("", t("any")), *states],
            "priority_options": [
                ("", t("any")),
                *((p, rules.priority_names[p]) for p in PRIORITIES),
            ],
            "reason_options": [("", t("any")), *((r, rules.reasons[r]) for r in REASONS)],
            "order_options": [(order, t(f"order.{order}")) for order in ORDERS],
        }

    def ticket(
        self,
        here: Visit,
        number: str,
        *,
        said: str = "",
        error: str = "",
        draft: str = "",
        contact: str | None = None,
    ) -> str:
        actor = here.login.actor
        shown = self._desk.staff.ticket(actor, number)
        return self._draw(
            "ticket",
            here,
            ticket=shown,
            row=shown.row,
            proof=proof_of(shown, self._library),
            said=desk_texts().name("said", said) if said in _SAID else "",
            error=error,
            draft=draft,
            contact=contact,
            assignees=self._desk.staff.assignees(actor),
            priorities=PRIORITIES,
            key=secrets.token_urlsafe(18),
            last_reply=_last_reply(shown),
        )

    def statistics(self, here: Visit, days: int, now: float) -> str:
        found = self._desk.staff.statistics(here.login.actor, now - days * DAY, now)
        rules = self._desk.ground.rules
        states = {str(key): state.name for key, state in rules.states.items()}
        return self._draw(
            "statistics",
            here,
            days=days,
            found=found,
            by_day=drawing.bars(found.by_day),
            by_state=drawing.named({str(k): v for k, v in found.by_state.items()}, states),
            by_reason=drawing.named(
                {str(k): v for k, v in found.by_reason.items()},
                {str(k): name for k, name in rules.reasons.items()},
            ),
            ratings=drawing.bars((f"{stars} 星", n) for stars, n in sorted(found.ratings.items())),
            topics=drawing.bars(found.topics),
        )

    def reviewed(self, here: Visit, state: str) -> str:
        rows = self._desk.reviewed.list(here.login.actor, state=state)
        return self._draw("reviewed", here, rows=rows, state=state)

    def audit(self, here: Visit, target: str) -> str:
        rows = self._desk.staff.audit(here.login.actor, target=target)
        return self._draw("audit", here, rows=rows, target=target)

    def _draw(self, template: str, here: Visit | None, **values: Any) -> str:
        rules = self._desk.ground.rules
        return render(
            f"desk/{template}",
            t=desk_texts(),
            chat=texts("zh"),
            me=here.login.actor if here else None,
            csrf=here.login.csrf if here else "",
            may=here.may if here else (lambda permission: False),
            rules=rules,
            reason_names=rules.reasons,
            at=_at,
            worded=lambda value: _worded(value, rules),
            left=_left,
            minutes=drawing.minutes,
            now=time.time(),
            **values,
        )


_SAID = ("replied", "noted", "taken", "changed", "proposed", "golded")


def _worded(value: Any, rules: Any) -> str:
    """A value of the history in words: a state, a reason, a priority, what was and what is."""
    if value is None or value in ("", []):
        return desk_texts()("detail.none")
    if isinstance(value, list | tuple):
        return " → ".join(_worded(one, rules) for one in value)
    if not isinstance(value, str):
        return str(value)
    for named in (rules.states, rules.roles):
        if value in named:
            return str(named[value].name)
    for names in (rules.reasons, rules.priority_names):
        if value in names:
            return str(names[value])
    return value


def _last_reply(ticket: Any) -> str:
    replies = [m.body for m in ticket.messages if m.author == "staff" and not m.internal]
    return replies[-1] if replies else ""


def _at(seconds: float | None) -> str:
    """China's time, wherever the server stands; minutes are enough."""
    if seconds is None:
        return "—"
    return datetime.fromtimestamp(seconds, CHINA).strftime("%Y-%m-%d %H:%M")


def _left(due: float, now: float) -> str:
    """How long until, or since, a time that is due."""
    gap = abs(due - now)
    words = f"{gap / 3600:.0f} 小时" if gap < 2 * DAY else f"{gap / DAY:.0f} 天"
    if gap < 3600:
        words = f"{gap / 60:.0f} 分钟"
    return f"超时 {words}" if due < now else f"剩 {words}"
