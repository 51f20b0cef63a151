"""Conversations, turns and votes of the web chat."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "chat_conversations",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("owner", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("updated", sa.Float, nullable=False),
        sa.Column("removed", sa.Float),
    )
    op.create_index("chat_conversations_by_owner", "chat_conversations", ["owner", "updated"])
    op.create_table(
        "chat_turns",
        sa.Column(
            "conversation",
            sa.Text,
            sa.ForeignKey("chat_conversations.id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("answer", sa.Text, nullable=False),
        sa.Column("at", sa.Float, nullable=False),
        sa.PrimaryKeyConstraint("conversation", "number"),
    )
    op.create_table(
        "chat_feedback",
        sa.Column("session", sa.Text, nullable=False),
        sa.Column("turn", sa.Integer, nullable=False),
        sa.Column("vote", sa.String(8), nullable=False),
        sa.Column("comment", sa.Text, nullable=False),
        sa.Column("at", sa.Float, nullable=False),
        sa.PrimaryKeyConstraint("session", "turn"),
    )


def downgrade() -> None:
    for name in ("chat_feedback", "chat_turns", "chat_conversations"):
        op.drop_table(name)
