"""Accounts of the staff, their sessions and failed logins; keys and rates of the HTTP interface."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "desk_accounts",
        sa.Column("key", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("name", sa.String(60), nullable=False, unique=True),
        sa.Column("role", sa.String(10), nullable=False),
        sa.Column("password_hash", sa.Text, nullable=False),
        sa.Column("disabled", sa.Boolean, nullable=False),
        sa.Column("created_at", sa.Float, nullable=False),
        sa.Column("last_login_at", sa.Float),
        sqlite_autoincrement=True,
    )
    _sessions()
    _keys()


def downgrade() -> None:
    names = ("desk_rates", "desk_api_keys", "desk_failures", "desk_sessions", "desk_accounts")
    for name in names:
        op.drop_table(name)


def _sessions() -> None:
    op.create_table(
        "desk_sessions",
        sa.Column("token_hash", sa.String(64), primary_key=True),
        sa.Column(
            "account_key",
            sa.Integer,
            sa.ForeignKey("desk_accounts.key", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("where", sa.Text, nullable=False),
        sa.Column("created_at", sa.Float, nullable=False),
        sa.Column("used_at", sa.Float, nullable=False),
    )
    op.create_index("desk_sessions_by_account", "desk_sessions", ["account_key"])
    op.create_table(
        "desk_failures",
        sa.Column("bucket", sa.String(80), primary_key=True),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("at", sa.Float, nullable=False),
    )


def _keys() -> None:
    op.create_table(
        "desk_api_keys",
        sa.Column("id", sa.String(16), primary_key=True),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("secret_hash", sa.String(64), nullable=False),
        sa.Column("scopes", sa.Text, nullable=False),
        sa.Column("rate", sa.Integer, nullable=False),
        sa.Column("created_at", sa.Float, nullable=False),
        sa.Column("expires_at", sa.Float),
        sa.Column("revoked_at", sa.Float),
        sa.Column("last_used_at", sa.Float),
    )
    op.create_table(
        "desk_rates",
        sa.Column("bucket", sa.String(120), nullable=False),
        sa.Column("minute", sa.Integer, nullable=False),
        sa.Column("requests", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("bucket", "minute"),
    )
    op.create_index("desk_rates_by_minute", "desk_rates", ["minute"])
