"""The nouns of the help desk. Times are seconds since 1970; texts are as people wrote them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

State = Literal["new", "open", "waiting", "resolved", "reopened"]
Priority = Literal["low", "normal", "high", "urgent"]
Role = Literal["staff", "reviewer", "admin"]
Author = Literal["citizen", "staff", "system"]
HandoverReason = Literal["refused", "dislike", "clarify_twice", "asked"]


@dataclass(frozen=True, slots=True)
class Handoff:
    """Whether a person is offered, and why; `text` is the offer in Chinese, "" without one."""

    offered: bool
    reason: HandoverReason | None = None
    text: str = ""

    def record(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTicket:
    """What a citizen leaves. `owner` and `conversation` say where it was asked (both "" from an API
    without a conversation); `turns` are the answers of the conversation, the asked one last.
    `key` is the caller's idempotency key (≥ 16 characters, random), good within `owner`."""

    question: str
    contact: str = ""
    owner: str = ""
    conversation: str = ""
    turns: Sequence[Mapping[str, Any]] = ()  # answer records (Answer.record())
    reason: HandoverReason = "asked"
    versions: Mapping[str, str] = field(default_factory=dict)  # of data and software
    key: str = ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the citizen keeps. `expected_at` is when a first response is due. `created` is False
    where the same idempotency key had made the ticket before."""

    number: str
    secret: str
    expected_at: float
    created: bool


@dataclass(frozen=True, slots=True)
class Message:
    """`internal` notes never reach a citizen. `name` is the role of the writer, as shown."""

    seq: int
    author: Author
    name: str
    body: str
    at: float
    internal: bool = False


@dataclass(frozen=True, slots=True)
class CitizenTicket:
    """A ticket as its citizen sees it: no notes, no staff names, no contact."""

    number: str
    state: State
    state_name: str
    question: str
    messages: tuple[Message, ...]
    created_at: float
    updated_at: float
    expected_at: float
    rating: int | None
    erased: bool
    can_rate: bool

    def record(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class TicketRow:
    """A line of the queue. `breached` names the timers that ran out: "first", "resolution"."""

    number: str
    state: State
    state_name: str
    priority: Priority
    assignee: str | None
    tags: tuple[str, ...]
    question: str
    topic: str
    reason: HandoverReason
    created_at: float
    updated_at: float
    first_due: float
    resolve_due: float
    first_response_at: float | None
    resolved_at: float | None
    breached: tuple[str, ...]
    rating: int | None
    has_contact: bool
    erased: bool
    version: int


@dataclass(frozen=True, slots=True)
class Event:
    """One line of a ticket's history; `detail` has no text that a person wrote."""

    at: float
    actor: str
    kind: str
    detail: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class StaffTicket:
    """A ticket as staff see it. `transcript` are answer records; `evidence` is the snapshot (plan,
    formula, citations, verdicts, warnings, versions). `steps` are the states it may go to."""

    row: TicketRow
    conversation: str
    transcript: tuple[Mapping[str, Any], ...]
    evidence: Mapping[str, Any]
    messages: tuple[Message, ...]
    history: tuple[Event, ...]
    rating_comment: str
    steps: tuple[State, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Every field given must hold. `text` is looked for in question, messages and tags."""

    text: str = ""
    states: tuple[State, ...] = ()
    priorities: tuple[Priority, ...] = ()
    assignee: str | None = None  # a name; "" = nobody
    tags: tuple[str, ...] = ()
    reasons: tuple[HandoverReason, ...] = ()
    breached: bool = False
    since: float | None = None
    until: float | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """`rows` of `total`; pages count from 1."""

    rows: tuple[TicketRow, ...]
    total: int
    page: int
    size: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.size))


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What staff change on a ticket; None = leave it. `assignee` "" takes it from everybody."""

    state: State | None = None
    priority: Priority | None = None
    assignee: str | None = None
    tags: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, and from where (an address, "cli", "api:ID"). `key` is 0 for nobody's account."""

    key: int
    name: str
    role: Role
    where: str = ""


@dataclass(frozen=True, slots=True)
class Account:
    name: str
    role: Role
    disabled: bool
    created_at: float
    last_login_at: float | None


@dataclass(frozen=True, slots=True)
class Login:
    """A session. `token` goes into an HttpOnly cookie, `csrf` into each form or X-CSRF-Token."""

    token: str
    csrf: str
    actor: Actor
    expires_at: float


@dataclass(frozen=True, slots=True)
class ApiKey:
    """`rate` is requests a minute; `expires_at` None = never."""

    id: str
    name: str
    scopes: frozenset[str]
    rate: int
    created_at: float
    expires_at: float | None
    revoked: bool
    last_used_at: float | None


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A reviewed answer: `state` is proposed, approved, rejected or retired."""

    id: int
    question: str
    answer: str
    state: str
    proposed_by: str
    proposed_at: float
    reviewed_by: str | None
    reviewed_at: float | None
    expires_at: float | None
    hits: int
    ticket: str


@dataclass(frozen=True, slots=True)
class Match:
    """A reviewed answer that fits a question; `score` is 1.0 for the same normal form."""

    reviewed: Reviewed
    score: float
    exact: bool


@dataclass(frozen=True, slots=True)
class AuditEntry:
    at: float
    who: str
    what: str
    target: str
    where: str
    detail: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Statistics:
    """Of the tickets made in a period. Durations are working minutes; days are local dates."""

    by_day: tuple[tuple[str, int], ...]
    by_state: Mapping[str, int]
    by_reason: Mapping[str, int]
    total: int
    first_response_minutes: float | None  # medians, of those that have one
    resolution_minutes: float | None
    first_response_in_time: tuple[int, int]  # in time, of how many
    resolution_in_time: tuple[int, int]
    satisfaction: float | None
    ratings: Mapping[int, int]
    topics: tuple[tuple[str, int], ...]
