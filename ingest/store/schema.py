"""The SQL tables. Rows of a report version hang on `reports.key`, which is never used again.

A report id may for a moment have two versions (the old one being read, the new one being
written); `state` says which one is real. Figure, passage and table ids repeat between the two.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    text,
)

SCHEMA_VERSION = 1
WRITING, READY, REMOVING = "writing", "ready", "removing"

metadata = MetaData()


def _report_key() -> Column[int]:
    return Column("report_key", ForeignKey("reports.key", ondelete="CASCADE"), nullable=False)


meta = Table(
    "meta",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("number", Integer, nullable=False),
)

reports = Table(
    "reports",
    metadata,
    Column("key", Integer, primary_key=True, autoincrement=True),
    Column("id", Text, nullable=False),
    Column("state", String(8), nullable=False),
    Column("title", Text, nullable=False),
    Column("publisher", Text, nullable=False),
    Column("year", Integer),
    Column("form", Text),
    Column("source", Text, nullable=False),
    Column("content_hash", String(64), nullable=False),
    Column("recipe", Text, nullable=False),
    Column("figures", Integer, nullable=False),
    Column("passages", Integer, nullable=False),
    Column("warnings", Text, nullable=False),  # JSON list, as are links
    Column("links", Text, nullable=False),
    Column("ingested_at", String(32), nullable=False),
    # one real version an id; partial, so that a replacement can be written beside it
    Index(
        "one_ready_version",
        "id",
        unique=True,
        sqlite_where=text(f"state = '{READY}'"),
        postgresql_where=text(f"state = '{READY}'"),
    ),
    Index("reports_by_content", "content_hash"),
    Index("reports_by_state", "state"),
    sqlite_autoincrement=True,
)

figures = Table(
    "figures",
    metadata,
    _report_key(),
    Column("seq", Integer, nullable=False),
    Column("id", Text, nullable=False),
    Column("table_name", Text, nullable=False),
    Column("row_path", Text, nullable=False),  # JSON list, as are column_path and section
    Column("column_path", Text, nullable=False),
    Column("raw", Text, nullable=False),
    Column("value", Text),  # exact decimal string; a float column would lose digits
    Column("unit", Text, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("place", String(12), nullable=False),
    Column("item", Text),
    Column("aspect", Text),
    Column("section", Text, nullable=False),
    Column("sentence", Text, nullable=False),
    Column("clause", Text, nullable=False),
    Column("period", Integer),
    Column("table_key", Text, nullable=False),
    Column("position_a", Integer, nullable=False),
    Column("position_b", Integer, nullable=False),
    Column("publisher", Text, nullable=False),  # both repeated from reports, for look-ups
    Column("year", Integer),
    PrimaryKeyConstraint("report_key", "seq"),
    # Ranking one measure over all reports reads ten thousand rows that lie far apart; on SQLite
    # the index holds all that is needed (report_key and seq are in every index there).
    Index(
        "figures_by_measure",
        *("item", "aspect", "year", "publisher", "report_key", "seq"),
        *("value", "unit", "kind", "id"),
    ).ddl_if(dialect="sqlite"),
    Index("figures_by_measure_pg", "item", "aspect", "year", "publisher").ddl_if(
        dialect="postgresql"
    ),
    Index("figures_by_id", "id"),
    sqlite_with_rowid=False,  # rows of a report lie together: written and read in one sweep
)

passages = Table(
    "passages",
    metadata,
    _report_key(),
    Column("seq", Integer, nullable=False),
    Column("id", Text, nullable=False),
    Column("order", Integer, nullable=False),
    Column("section", Text, nullable=False),
    Column("text", Text, nullable=False),
    PrimaryKeyConstraint("report_key", "seq"),
    Index("passages_by_id", "id"),
    sqlite_with_rowid=False,
)

tables = Table(
    "tables",
    metadata,
    _report_key(),
    Column("seq", Integer, nullable=False),
    Column("key", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("unit", Text, nullable=False),
    Column("form", Text),
    Column("height", Integer, nullable=False),
    Column("width", Integer, nullable=False),
    Column("section", Text, nullable=False),
    Column("notes", Text, nullable=False),
    Column("cells", Text, nullable=False),  # JSON: [text, row, column, rowspan, colspan, header]
    PrimaryKeyConstraint("report_key", "seq"),
)

checks = Table(
    "checks",
    metadata,
    _report_key(),
    Column("seq", Integer, nullable=False),
    Column("rule", Text, nullable=False),
    Column("left", Text),
    Column("right", Text),
    Column("holds", Boolean),
    Column("detail", Text, nullable=False),
    Column("figures", Text, nullable=False),  # JSON list of figure ids
    PrimaryKeyConstraint("report_key", "seq"),
)

# Which report versions have their vectors in which collection: vectors are derived data, and
# another embedding model (another collection) has to be filled from here.
embedded = Table(
    "embedded",
    metadata,
    _report_key(),
    Column("collection", Text, nullable=False),
    Column("done", Boolean, nullable=False),  # False: may hold some of them
    PrimaryKeyConstraint("report_key", "collection"),
)
