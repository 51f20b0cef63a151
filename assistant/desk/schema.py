"""The tables of the help desk and of the chat, in the same database as the reports.

What the migrations make is compared with this by a test. Times are seconds since 1970. Tables named
desk_audit and desk_events are append-only: triggers made by the migrations refuse anything else.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
)

VERSION_TABLE = "desk_version"
APPEND_ONLY = ("desk_audit", "desk_events")

metadata = MetaData()


def _key() -> Column[int]:
    return Column("key", Integer, primary_key=True, autoincrement=True)


def _ticket_key() -> Column[int]:
    return Column("ticket_key", ForeignKey("desk_tickets.key", ondelete="CASCADE"), nullable=False)


conversations = Table(
    "chat_conversations",
    metadata,
    Column("id", Text, primary_key=True),
    Column("owner", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("updated", Float, nullable=False),
    Column("removed", Float),
    Index("chat_conversations_by_owner", "owner", "updated"),
)

turns = Table(
    "chat_turns",
    metadata,
    Column("conversation", ForeignKey("chat_conversations.id", ondelete="CASCADE"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("answer", Text, nullable=False),  # Answer.record() as JSON
    Column("at", Float, nullable=False),
    PrimaryKeyConstraint("conversation", "number"),
)

feedback = Table(
    "chat_feedback",
    metadata,
    Column("session", Text, nullable=False),
    Column("turn", Integer, nullable=False),
    Column("vote", String(8), nullable=False),
    Column("comment", Text, nullable=False),
    Column("at", Float, nullable=False),
    PrimaryKeyConstraint("session", "turn"),
)

tickets = Table(
    "desk_tickets",
    metadata,
    _key(),
    Column("number", String(20), nullable=False, unique=True),
    Column("secret_hash", String(64), nullable=False),
    Column("owner", Text, nullable=False),
    Column("conversation", Text, nullable=False),
    Column("idem_key", String(64), unique=True),  # hash of owner and key
    Column("idem_print", String(64)),  # of what was asked for, to tell a retry from a mistake
    Column("state", String(10), nullable=False),
    Column("priority", String(8), nullable=False),
    Column("assignee", String(60)),
    Column("reason", String(16), nullable=False),
    Column("topic", Text, nullable=False),
    Column("question", Text, nullable=False),
    Column("contact", Text),  # sealed
    Column("contact_index", Text),  # HMACs, so that it can be found without being read
    Column("transcript", Text, nullable=False),  # JSON, as is evidence
    Column("evidence", Text, nullable=False),
    Column("created_at", Float, nullable=False),
    Column("updated_at", Float, nullable=False),
    Column("first_due", Float, nullable=False),
    Column("resolve_due", Float, nullable=False),
    Column("first_response_at", Float),
    Column("waiting_since", Float),  # the resolution timer rests while the citizen is awaited
    Column("resolved_at", Float),
    Column("rating", Integer),
    Column("rating_comment", Text, nullable=False),
    Column("erased_at", Float),
    Column("version", Integer, nullable=False),
    Index("desk_tickets_by_state", "state", "resolve_due"),
    Index("desk_tickets_by_conversation", "owner", "conversation"),
    Index("desk_tickets_by_time", "created_at"),
    sqlite_autoincrement=True,
)

messages = Table(
    "desk_messages",
    metadata,
    _ticket_key(),
    Column("seq", Integer, nullable=False),
    Column("author", String(8), nullable=False),
    Column("name", String(60), nullable=False),
    Column("body", Text, nullable=False),
    Column("internal", Boolean, nullable=False),
    Column("at", Float, nullable=False),
    Column("idem_key", String(64)),
    PrimaryKeyConstraint("ticket_key", "seq"),
    UniqueConstraint("ticket_key", "idem_key", name="desk_messages_once"),
)

tags = Table(
    "desk_tags",
    metadata,
    _ticket_key(),
    Column("tag", String(60), nullable=False),
    PrimaryKeyConstraint("ticket_key", "tag"),
    Index("desk_tags_by_tag", "tag"),
)

events = Table(
    "desk_events",
    metadata,
    _key(),
    Column("ticket_key", ForeignKey("desk_tickets.key"), nullable=False),
    Column("at", Float, nullable=False),
    Column("actor", String(60), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("detail", Text, nullable=False),
    Index("desk_events_by_ticket", "ticket_key"),
    sqlite_autoincrement=True,
)

accounts = Table(
    "desk_accounts",
    metadata,
    _key(),
    Column("name", String(60), nullable=False, unique=True),
    Column("role", String(10), nullable=False),
    Column("password_hash", Text, nullable=False),
    Column("disabled", Boolean, nullable=False),
    Column("created_at", Float, nullable=False),
    Column("last_login_at", Float),
    sqlite_autoincrement=True,
)

sessions = Table(
    "desk_sessions",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("account_key", ForeignKey("desk_accounts.key", ondelete="CASCADE"), nullable=False),
    Column("where", Text, nullable=False),
    Column("created_at", Float, nullable=False),
    Column("used_at", Float, nullable=False),
    Index("desk_sessions_by_account", "account_key"),
)

failures = Table(
    "desk_failures",
    metadata,
    Column("bucket", String(80), primary_key=True),  # an account or an address
    Column("tries", Integer, nullable=False),
    Column("at", Float, nullable=False),
)

audit = Table(
    "desk_audit",
    metadata,
    _key(),
    Column("at", Float, nullable=False),
    Column("who", String(80), nullable=False),
    Column("what", String(40), nullable=False),
    Column("target", Text, nullable=False),
    Column("where", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Index("desk_audit_by_target", "target"),
    Index("desk_audit_by_time", "at"),
    sqlite_autoincrement=True,
)

api_keys = Table(
    "desk_api_keys",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("name", String(60), nullable=False),
    Column("secret_hash", String(64), nullable=False),
    Column("scopes", Text, nullable=False),
    Column("rate", Integer, nullable=False),
    Column("created_at", Float, nullable=False),
    Column("expires_at", Float),
    Column("revoked_at", Float),
    Column("last_used_at", Float),
)

rates = Table(
    "desk_rates",
    metadata,
    Column("bucket", String(120), nullable=False),
    Column("minute", Integer, nullable=False),
    Column("requests", Integer, nullable=False),
    PrimaryKeyConstraint("bucket", "minute"),
    Index("desk_rates_by_minute", "minute"),
)

reviewed = Table(
    "desk_reviewed",
    metadata,
    _key(),
    Column("question", Text, nullable=False),
    Column("normal", Text, nullable=False),  # its normal form
    Column("answer", Text, nullable=False),
    Column("state", String(10), nullable=False),
    Column("proposed_by", String(60), nullable=False),
    Column("proposed_at", Float, nullable=False),
    Column("reviewed_by", String(60)),
    Column("reviewed_role", String(10)),
    Column("reviewed_at", Float),
    Column("expires_at", Float),
    Column("hits", Integer, nullable=False),
    Column("ticket", String(20), nullable=False),
    Index("desk_reviewed_by_normal", "normal"),
    Index("desk_reviewed_by_state", "state"),
    sqlite_autoincrement=True,
)

outbox = Table(
    "desk_outbox",
    metadata,
    _key(),
    Column("id", String(36), nullable=False, unique=True),  # the receiver can tell a repetition
    Column("event", String(40), nullable=False),
    Column("payload", Text, nullable=False),
    Column("created_at", Float, nullable=False),
    Column("next_at", Float, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("state", String(10), nullable=False),  # waiting, delivered, given_up
    Column("error", Text, nullable=False),
    Index("desk_outbox_due", "state", "next_at"),
    sqlite_autoincrement=True,
)
