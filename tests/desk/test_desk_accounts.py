"""Accounts, sessions, back-off, API keys and rates."""

from __future__ import annotations

from pathlib import Path

import pytest
from desk_parts import PASSWORD, Clock, leave
from sqlalchemy import text

from assistant.desk.records import Actor
from assistant.desk.service import Desk
from ingest.errors import NotAllowedError, NotLoggedInError, NotPossibleError, TooManyError
from ingest.settings import Settings

HERE = "10.0.0.1"


@pytest.fixture
def with_ann(desk: Desk, admin: Actor) -> Desk:
    desk.accounts.add("Ann", PASSWORD, "staff", by=admin)
    return desk


def test_there_is_no_account_until_one_is_made(small_desk: Desk) -> None:
    assert small_desk.accounts.list() == ()
    for name in ("admin", "root", "wenbao", ""):
        with pytest.raises(NotLoggedInError):
            small_desk.accounts.login(name, name, HERE)


def test_login_session_logout(with_ann: Desk) -> None:
    login = with_ann.accounts.login(" ANN ", PASSWORD, HERE)
    found = with_ann.accounts.session(login.token)
    assert found is not None and found.actor.name == "ann" and found.csrf == login.csrf
    with_ann.accounts.check_csrf(login.token, login.csrf)
    other = with_ann.accounts.login("ann", PASSWORD, HERE)
    for wrong in ("", "x", other.csrf, login.token, "é\ud800"):
        with pytest.raises(NotAllowedError):
            with_ann.accounts.check_csrf(login.token, wrong)
    with_ann.accounts.logout(login.token)
    assert with_ann.accounts.session(login.token) is None
    assert with_ann.accounts.session(other.token) is not None
    assert with_ann.accounts.session("") is None


def test_what_is_stored_opens_nothing(with_ann: Desk, admin: Actor) -> None:
    login = with_ann.accounts.login("ann", PASSWORD, HERE)
    _, plain = with_ann.keys.add("site", ["ask"], by=admin)
    with with_ann.ground.reading() as lent:
        tables = ("desk_accounts", "desk_sessions", "desk_api_keys", "desk_audit")
        everything = "".join(
            str(row) for table in tables for row in lent.execute(text(f"SELECT * FROM {table}"))
        )
    for secret in (PASSWORD, login.token, login.csrf, plain.rpartition("_")[2]):
        assert secret not in everything
    assert "$argon2id$" in everything


def test_sessions_end(with_ann: Desk, clock: Clock, admin: Actor) -> None:
    accounts = with_ann.accounts
    idle = accounts.login("ann", PASSWORD, HERE)
    used = accounts.login("ann", PASSWORD, HERE)
    for _ in range(36):  # twelve hours, never idle for thirty minutes
        assert accounts.session(used.token) is not None
        clock.pass_by(minutes=20)
    assert accounts.session(used.token) is None
    assert accounts.session(idle.token) is None
    for act in (
        lambda: accounts.set_password("ann", "another long one", by=admin),
        lambda: accounts.disable("ann", by=admin),
    ):
        login = accounts.login("ann", PASSWORD, HERE)
        act()
        assert accounts.session(login.token) is None
        with pytest.raises(NotLoggedInError):
            accounts.login("ann", PASSWORD, HERE)
        accounts.enable("ann", by=admin)
        accounts.set_password("ann", PASSWORD, by=admin)


def test_failures_back_off(with_ann: Desk, clock: Clock) -> None:
    login = with_ann.accounts.login
    waits = []
    for n in range(7):
        with pytest.raises(NotLoggedInError):
            login("ann", "wrong password", f"10.0.1.{n}")  # addresses do not help
        try:
            login("ann", PASSWORD, HERE) if n >= 4 else None
        except TooManyError as error:
            waits.append(error.retry_after)
            clock.pass_by(seconds=error.retry_after)
    assert len(waits) == 3 and waits[0] < waits[1] < waits[2]
    assert login("ann", PASSWORD, HERE).actor.name == "ann"
    with pytest.raises(NotLoggedInError):  # forgotten: the first try is free again
        login("ann", "wrong password", HERE)
    assert login("ann", PASSWORD, HERE).actor.name == "ann"


def test_an_address_that_tries_many_names_backs_off(with_ann: Desk) -> None:
    for n in range(20):
        with pytest.raises(NotLoggedInError):
            with_ann.accounts.login(f"name{n}", "wrong password", HERE)
    with pytest.raises(TooManyError):
        with_ann.accounts.login("ann", PASSWORD, HERE)
    assert with_ann.accounts.login("ann", PASSWORD, "10.0.0.2")


@pytest.mark.parametrize(
    ("name", "password", "role"),
    [
        ("bob", "short", "staff"),
        ("bob", "aaaaaaaaaaaaaa", "staff"),
        ("bob", "I am bob himself", "staff"),
        ("bob", "x" * 201, "staff"),
        ("", PASSWORD, "staff"),
        ("a b", PASSWORD, "staff"),
        ("bob", PASSWORD, "root"),
        ("ann", PASSWORD, "staff"),
    ],
)
def test_accounts_that_are_refused(
    small_desk: Desk, admin: Actor, name: str, password: str, role: str
) -> None:
    small_desk.accounts.add("ann", PASSWORD, "staff", by=admin)
    with pytest.raises(NotPossibleError):
        small_desk.accounts.add(name, password, role, by=admin)
    assert len(small_desk.accounts.list()) == 1


def test_api_keys(desk: Desk, admin: Actor, clock: Clock) -> None:
    key, plain = desk.keys.add("site", ["ask", "tickets"], days=1, by=admin)
    assert desk.keys.verify(plain, "ask").id == key.id and key.rate == 60
    with pytest.raises(NotAllowedError):
        desk.keys.verify(plain, "metrics")
    for wrong in ("", "wb_", plain[:-1], plain + "x", f"wb_{key.id}_", "wb_\0_x", "é" * 9):
        with pytest.raises(NotLoggedInError):
            desk.keys.verify(wrong, "ask")
    clock.pass_by(days=1)
    with pytest.raises(NotLoggedInError):
        desk.keys.verify(plain, "ask")
    other, plain = desk.keys.add("else", ["ask"], by=admin)
    desk.keys.revoke(other.id, by=admin)
    with pytest.raises(NotLoggedInError):
        desk.keys.verify(plain, "ask")
    with pytest.raises(NotPossibleError):
        desk.keys.revoke(other.id, by=admin)
    for scopes in ((), ("ask", "everything")):
        with pytest.raises(NotPossibleError):
            desk.keys.add("x", scopes, by=admin)
    assert [one.revoked for one in desk.keys.list()] == [False, True]


def test_rates_hold_over_processes(desk: Desk, desk_settings: Settings, clock: Clock) -> None:
    with Desk.open(desk_settings, clock=clock) as second:
        for n in range(6):
            (desk, second)[n % 2].keys.allow("client", 6)
        with pytest.raises(TooManyError) as caught:
            second.keys.allow("client", 6)
    desk.keys.allow("another", 6)
    clock.pass_by(seconds=caught.value.retry_after)
    desk.keys.allow("client", 6)


def test_the_key_file_is_for_its_owner_only(tmp_path: Path, admin: Actor) -> None:
    settings = Settings.load(environ={}, data_dir=tmp_path)
    with Desk.open(settings) as desk:
        assert not (tmp_path / "desk.key").exists()  # opening and reading leaves nothing behind
        receipt = leave(desk, contact="a@b.cn")
        assert (tmp_path / "desk.key").stat().st_mode & 0o777 == 0o600
        with desk.ground.reading() as lent:
            stored = lent.execute(text("SELECT contact FROM desk_tickets")).scalar_one()
        assert "a@b" not in stored
    (tmp_path / "desk.key").unlink()
    with Desk.open(settings) as desk, pytest.raises(Exception, match="desk_key"):
        desk.staff.contact(admin, receipt.number)


def test_keys_are_rotated(tmp_path: Path, admin: Actor) -> None:
    def opened(keys: str) -> Desk:
        return Desk.open(Settings.load(environ={}, data_dir=tmp_path, desk_key=keys))

    with opened("the first long key") as desk:
        receipt = leave(desk, contact="a@b.cn", key="k" * 16)
    with opened("the next long key, the first long key") as desk:
        assert desk.staff.contact(admin, receipt.number) == "a@b.cn"
        assert leave(desk, contact="a@b.cn", key="k" * 16).secret == receipt.secret
        assert desk.retention.erase(by=admin, contact="A@B.CN") == 1
