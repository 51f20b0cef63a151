"""PostgreSQL's URL: the options that people copy, and its errors as one line."""

from __future__ import annotations

import pytest

from ingest.errors import SettingsError, StoreError
from ingest.settings import Settings
from ingest.store.library import Library
from ingest.store.sql import database_url, open_engine


def settings_for(url: str) -> Settings:
    return Settings.load(environ={"WENBAO_DATABASE_URL": url})


@pytest.mark.parametrize(
    ("url", "named"),
    [
        ("postgresql://h/d", "用户名"),
        ("postgresql://u@h/d?sslmode=maybe", "sslmode"),
        ("postgresql://u@h/d?target=1", "target"),
        ("postgresql://u@h:port/d", "database_url"),
    ],
)
def test_an_unusable_url_is_a_wrong_setting(url: str, named: str) -> None:
    with pytest.raises(SettingsError, match=named):
        open_engine(database_url(settings_for(url)))


@pytest.mark.server
def test_an_unencrypted_server_is_refused_where_encryption_is_asked_for(
    postgres_database: str,
) -> None:
    with Library.open(settings_for(f"{postgres_database}?sslmode=disable")) as library:
        assert library.reports() == []
    with pytest.raises(StoreError, match="数据库") as caught:
        Library.open(settings_for(f"{postgres_database}?sslmode=require"))
    assert "\n" not in str(caught.value)


@pytest.mark.server
def test_what_the_server_says_is_shown(postgres_database: str) -> None:
    with pytest.raises(StoreError, match="does not exist") as caught:
        Library.open(settings_for(f"{postgres_database}x"))
    assert "{" not in str(caught.value)


def test_nobody_listens() -> None:
    with pytest.raises(StoreError, match="数据库 postgresql"):
        Library.open(settings_for("postgresql://u@127.0.0.1:1/d"))
