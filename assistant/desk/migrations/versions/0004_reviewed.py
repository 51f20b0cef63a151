"""Reviewed answers, and the outbox of the webhooks."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "desk_reviewed",
        sa.Column("key", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("normal", sa.Text, nullable=False),
        sa.Column("answer", sa.Text, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("proposed_by", sa.String(60), nullable=False),
        sa.Column("proposed_at", sa.Float, nullable=False),
        sa.Column("reviewed_by", sa.String(60)),
        sa.Column("reviewed_role", sa.String(10)),
        sa.Column("reviewed_at", sa.Float),
        sa.Column("expires_at", sa.Float),
        sa.Column("hits", sa.Integer, nullable=False),
        sa.Column("ticket", sa.String(20), nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("desk_reviewed_by_normal", "desk_reviewed", ["normal"])
    op.create_index("desk_reviewed_by_state", "desk_reviewed", ["state"])
    op.create_table(
        "desk_outbox",
        sa.Column("key", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("id", sa.String(36), nullable=False, unique=True),
        sa.Column("event", sa.String(40), nullable=False),
        sa.Column("payload", sa.Text, nullable=False),
        sa.Column("created_at", sa.Float, nullable=False),
        sa.Column("next_at", sa.Float, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("error", sa.Text, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("desk_outbox_due", "desk_outbox", ["state", "next_at"])


def downgrade() -> None:
    op.drop_table("desk_outbox")
    op.drop_table("desk_reviewed")
