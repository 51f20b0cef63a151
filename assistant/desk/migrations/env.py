"""Run by Alembic: the migrations, over the connection that assistant/desk/migrate.py lends."""

from __future__ import annotations

from alembic import context

from assistant.desk.schema import VERSION_TABLE, metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=VERSION_TABLE,
)
with context.begin_transaction():
    context.run_migrations()
