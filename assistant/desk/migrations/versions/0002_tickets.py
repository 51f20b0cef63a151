"""Tickets with messages, tags and history; the audit. The last two are append-only."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

APPEND_ONLY = ("desk_audit", "desk_events")


def upgrade() -> None:
    _tickets()
    _parts()
    _logs()
    for table in APPEND_ONLY:
        _guard(table)


def downgrade() -> None:
    for name in ("desk_audit", "desk_events", "desk_tags", "desk_messages", "desk_tickets"):
        op.drop_table(name)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION desk_append_only()")


def _tickets() -> None:
    op.create_table(
        "desk_tickets",
        sa.Column("key", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("number", sa.String(20), nullable=False, unique=True),
        sa.Column("secret_hash", sa.String(64), nullable=False),
        sa.Column("owner", sa.Text, nullable=False),
        sa.Column("conversation", sa.Text, nullable=False),
        sa.Column("idem_key", sa.String(64), unique=True),
        sa.Column("idem_print", sa.String(64)),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("priority", sa.String(8), nullable=False),
        sa.Column("assignee", sa.String(60)),
        sa.Column("reason", sa.String(16), nullable=False),
        sa.Column("topic", sa.Text, nullable=False),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("contact", sa.Text),
        sa.Column("contact_index", sa.Text),
        sa.Column("transcript", sa.Text, nullable=False),
        sa.Column("evidence", sa.Text, nullable=False),
        sa.Column("created_at", sa.Float, nullable=False),
        sa.Column("updated_at", sa.Float, nullable=False),
        sa.Column("first_due", sa.Float, nullable=False),
        sa.Column("resolve_due", sa.Float, nullable=False),
        sa.Column("first_response_at", sa.Float),
        sa.Column("waiting_since", sa.Float),
        sa.Column("resolved_at", sa.Float),
        sa.Column("rating", sa.Integer),
        sa.Column("rating_comment", sa.Text, nullable=False),
        sa.Column("erased_at", sa.Float),
        sa.Column("version", sa.Integer, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("desk_tickets_by_state", "desk_tickets", ["state", "resolve_due"])
    op.create_index("desk_tickets_by_conversation", "desk_tickets", ["owner", "conversation"])
    op.create_index("desk_tickets_by_time", "desk_tickets", ["created_at"])


def _ticket_key() -> sa.Column[int]:
    return sa.Column(
        "ticket_key",
        sa.Integer,
        sa.ForeignKey("desk_tickets.key", ondelete="CASCADE"),
        nullable=False,
    )


def _parts() -> None:
    op.create_table(
        "desk_messages",
        _ticket_key(),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("author", sa.String(8), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("internal", sa.Boolean, nullable=False),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("idem_key", sa.String(64)),
        sa.PrimaryKeyConstraint("ticket_key", "seq"),
        sa.UniqueConstraint("ticket_key", "idem_key", name="desk_messages_once"),
    )
    op.create_table(
        "desk_tags",
        _ticket_key(),
        sa.Column("tag", sa.String(60), nullable=False),
        sa.PrimaryKeyConstraint("ticket_key", "tag"),
    )
    op.create_index("desk_tags_by_tag", "desk_tags", ["tag"])


def _logs() -> None:
    op.create_table(
        "desk_events",
        sa.Column("key", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("ticket_key", sa.Integer, sa.ForeignKey("desk_tickets.key"), nullable=False),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("actor", sa.String(60), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("desk_events_by_ticket", "desk_events", ["ticket_key"])
    op.create_table(
        "desk_audit",
        sa.Column("key", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("who", sa.String(80), nullable=False),
        sa.Column("what", sa.String(40), nullable=False),
        sa.Column("target", sa.Text, nullable=False),
        sa.Column("where", sa.Text, nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("desk_audit_by_target", "desk_audit", ["target"])
    op.create_index("desk_audit_by_time", "desk_audit", ["at"])


def _guard(table: str) -> None:
    """Triggers that refuse to change or delete a row, whoever asks."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE OR REPLACE FUNCTION desk_append_only() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
        )
        op.execute(
            f"CREATE TRIGGER {table}_keep BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION desk_append_only()"
        )
        return
    for change in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {table}_keep_{change.lower()} BEFORE {change} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )
