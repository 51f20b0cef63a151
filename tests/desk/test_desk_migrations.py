"""The tables: from the first revision with data to the latest, down and up; the old chat file."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

from assistant.answer import Answer
from assistant.desk import migrate, schema
from assistant.desk.base import desk_engine
from assistant.web.conversations import Conversations
from assistant.web.database import ChatDatabase
from assistant.web.feedback import FeedbackBox
from ingest.errors import StoreError
from ingest.settings import Settings
from ingest.store.library import Library
from ingest.store.schema import metadata as library_tables

ANSWER = json.dumps(Answer("新收几件？", "answered", "3091件").record())
OLD_SCHEMA = """
CREATE TABLE conversation (id TEXT PRIMARY KEY, owner TEXT NOT NULL, title TEXT NOT NULL,
    updated REAL NOT NULL, removed REAL);
CREATE TABLE turn (conversation TEXT NOT NULL, number INTEGER NOT NULL, answer TEXT NOT NULL,
    at REAL NOT NULL, PRIMARY KEY (conversation, number));
CREATE TABLE feedback (session TEXT NOT NULL, turn INTEGER NOT NULL, vote TEXT NOT NULL,
    comment TEXT NOT NULL, at REAL NOT NULL, PRIMARY KEY (session, turn));
"""


def test_from_the_first_revision_with_data_to_the_latest(desk_settings: Settings) -> None:
    engine = desk_engine(desk_settings)
    migrate.move(engine, "0001")
    with engine.begin() as lent:
        lent.execute(text("INSERT INTO chat_conversations VALUES ('c', 'o', '标题', 1.0, NULL)"))
        row = {"answer": ANSWER}
        lent.execute(text("INSERT INTO chat_turns VALUES ('c', 1, :answer, 1.0)"), row)
    migrate.to_head(engine)
    assert migrate.revision(engine) == migrate.HEAD
    database = ChatDatabase(engine)
    assert Conversations(database).turns("o", "c")[0].text == "3091件"
    database.close()


def test_down_and_up_again(desk_settings: Settings) -> None:
    engine = desk_engine(desk_settings)
    migrate.to_head(engine)
    for target in ("0003", "0002", "0001", "base", migrate.HEAD, "0001", migrate.HEAD):
        migrate.move(engine, target)
        assert migrate.revision(engine) == (None if target == "base" else target)
    migrate.move(engine, "base")
    assert inspect(engine).get_table_names() == [schema.VERSION_TABLE]
    engine.dispose()


def test_the_migrations_make_what_the_program_expects(desk_settings: Settings) -> None:
    engine = desk_engine(desk_settings)
    migrate.to_head(engine)
    with Library.open(desk_settings), engine.connect() as lent:
        options = {
            "include_name": lambda name, kind, _: (
                kind != "table" or name not in {*library_tables.tables, schema.VERSION_TABLE}
            ),
            "version_table": schema.VERSION_TABLE,
        }
        context = MigrationContext.configure(lent, opts=options)
        assert compare_metadata(context, schema.metadata) == []
    engine.dispose()


def test_a_database_from_the_future_is_refused(desk_settings: Settings) -> None:
    engine = desk_engine(desk_settings)
    migrate.to_head(engine)
    with engine.begin() as lent:
        lent.execute(text(f"UPDATE {schema.VERSION_TABLE} SET version_num = '9999'"))
    with pytest.raises(StoreError, match="升级"):
        migrate.to_head(engine)
    engine.dispose()


def test_a_failed_migration_leaves_nothing(desk_settings: Settings) -> None:
    engine = desk_engine(desk_settings)
    with engine.begin() as lent:
        lent.execute(text("CREATE TABLE desk_audit (x INTEGER)"))  # in the way of the second
    with pytest.raises(StoreError):
        migrate.to_head(engine)
    assert inspect(engine).get_table_names() == ["desk_audit"]
    engine.dispose()


def test_an_earlier_chat_file_is_taken_over_once(desk_settings: Settings) -> None:
    desk_settings.data_dir.mkdir(parents=True)
    old = desk_settings.data_dir / "chat.sqlite3"
    with closing(sqlite3.connect(old)) as source, source:
        source.executescript(OLD_SCHEMA)
        source.execute("INSERT INTO conversation VALUES ('c', 'o', '标题', 5.0, NULL)")
        source.execute("INSERT INTO turn VALUES ('c', 1, ?, 5.0)", (ANSWER,))
        source.execute("INSERT INTO feedback VALUES ('c', 1, 'dislike', '不对', 6.0)")
    for _ in range(2):
        database = ChatDatabase.open(desk_settings)
        conversations = Conversations(database)
        assert [talk.title for talk in conversations.list("o")] == ["标题"]
        assert conversations.turns("o", "c")[0].question == "新收几件？"
        assert FeedbackBox(database).of("c")[1].comment == "不对"
        database.close()
        assert not old.exists()


def test_a_broken_chat_file_is_named_and_kept(tmp_path: Path) -> None:
    settings = Settings.load(environ={}, data_dir=tmp_path)
    (tmp_path / "chat.sqlite3").write_text("no database", encoding="utf-8")
    with pytest.raises(StoreError, match=r"chat\.sqlite3"):
        ChatDatabase.open(settings)
    assert (tmp_path / "chat.sqlite3").exists()


def test_conversations_are_their_owners_alone(desk_settings: Settings) -> None:
    database = ChatDatabase.open(desk_settings)
    conversations, box = Conversations(database), FeedbackBox(database)
    answer = Answer("问\0\ud800𠮷", "answered", "答\0")
    assert [conversations.add("o", "c", answer).turn for _ in range(3)] == [1, 2, 3]
    with pytest.raises(StoreError, match="另一个浏览器"):
        conversations.add("p", "c", answer)
    assert conversations.turns("p", "c") == () and len(conversations.turns("o", "c")) == 3
    conversations.rename("p", "c", "抢")
    conversations.remove("p", "c")
    assert [talk.title for talk in conversations.list("o")] == ["问𠮷"]
    assert box.feedback("c", 2, "like") and box.feedback("c", 2, "dislike", "差\0")
    assert not box.feedback("c", 2**40, "like") and not box.feedback("c", 4, "like")
    assert (box.of("c")[2].vote, box.of("c")[2].comment) == ("dislike", "差")
    database.close()
