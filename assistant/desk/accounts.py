"""Accounts of the staff: passwords by argon2, back-off on failed logins, sessions on the server.

There is no account and no password until somebody makes one (`wenbao desk adduser`).
"""

from __future__ import annotations

import re
import secrets
import unicodedata
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from assistant.desk import schema
from assistant.desk.backoff import Backoff
from assistant.desk.base import Ground
from assistant.desk.keyring import hashed, same
from assistant.desk.records import Account, Actor, Login, Role
from ingest.errors import NotAllowedError, NotLoggedInError, NotPossibleError, StoreError

A, S = schema.accounts.c, schema.sessions.c
SHORTEST_PASSWORD, LONGEST_PASSWORD = 10, 200
TOUCHED_EVERY = 30.0  # seconds between writes of "last used"
_NAME = re.compile(r"[\w.@-]{1,60}")
_WRONG = "账号或密码不对"


class Accounts:
    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._backoff = Backoff(ground)

    # -- logging in ----------------------------------------------------------------------

    def login(self, name: str, password: str, where: str) -> Login:
        """A session of `name`. Raises NotLoggedInError for a wrong name, a wrong password or a
        disabled account, never saying which; TooManyError while the account or the address backs
        off after failures."""
        name = _levelled(name)
        self._backoff.check(name, where)
        with self._ground.reading() as lent:
            row = _find(lent, name)
        stored = row.password_hash if row is not None else _nobodys_hash()
        fits = _verified(stored, password[:LONGEST_PASSWORD])
        if row is None or row.disabled or not fits:
            self._backoff.failed(name, where)
            raise NotLoggedInError(_WRONG)
        self._backoff.succeeded(name)
        return self._begin(row, password, where)

    def _begin(self, row: Row[Any], password: str, where: str) -> Login:
        token, now = secrets.token_urlsafe(32), self._ground.clock()
        changes: dict[str, Any] = {"last_login_at": now}
        if _hasher().check_needs_rehash(row.password_hash):
            changes["password_hash"] = _hasher().hash(password)
        made = {"token_hash": hashed(token), "account_key": row.key, "where": where[:200]}
        with self._ground.writing() as lent:
            lent.execute(insert(schema.sessions), made | {"created_at": now, "used_at": now})
            lent.execute(update(schema.accounts).where(A.key == row.key).values(changes))
            lent.execute(delete(schema.sessions).where(S.created_at < now - self._longest))
            actor = Actor(row.key, row.name, row.role, where)
            self._ground.audit(lent, actor, "login", row.name)
        return Login(token, _csrf(token), actor, now + self._longest)

    def session(self, token: str) -> Login | None:
        """The session of `token`; None where it is unknown, expired (unused for desk_idle_minutes,
        or older than desk_session_hours) or its account was disabled."""
        now, mine = self._ground.clock(), S.token_hash == hashed(token)
        joined = schema.sessions.join(schema.accounts)
        query = select(schema.sessions, A.name, A.role, A.disabled).select_from(joined).where(mine)
        with self._ground.reading() as lent:
            row = lent.execute(query).first()
        if row is None or row.disabled:
            return None
        idle = self._ground.settings.desk_idle_minutes * 60
        if now >= row.used_at + idle or now >= row.created_at + self._longest:
            self._end(token)
            return None
        if now > row.used_at + TOUCHED_EVERY:
            with self._ground.writing() as lent:
                lent.execute(update(schema.sessions).where(mine).values(used_at=now))
        actor = Actor(row.account_key, row.name, row.role, row.where)
        return Login(token, _csrf(token), actor, row.created_at + self._longest)

    def check_csrf(self, token: str, csrf: str) -> None:
        """Raises NotAllowedError unless `csrf` is that of the session `token`."""
        if not same(_csrf(token), csrf):
            raise NotAllowedError("请求不是从本页面发出的，请刷新页面再试")

    def logout(self, token: str) -> None:
        """Ends the session; of an unknown token nothing is said."""
        login = self.session(token)
        if login is None:
            return
        with self._ground.writing() as lent:
            lent.execute(delete(schema.sessions).where(S.token_hash == hashed(token)))
            self._ground.audit(lent, login.actor, "logout", login.actor.name)

    def _end(self, token: str) -> None:
        with self._ground.writing() as lent:
            lent.execute(delete(schema.sessions).where(S.token_hash == hashed(token)))

    @property
    def _longest(self) -> float:
        return self._ground.settings.desk_session_hours * 3600.0

    # -- keeping accounts ----------------------------------------------------------------

    def add(self, name: str, password: str, role: str, *, by: Actor) -> Account:
        """A new account. Raises NotPossibleError for a bad name, role or password, or a name that
        is taken; NotAllowedError where `by` may not."""
        self._ground.require(by, "accounts.manage")
        name, role = _checked_name(name), self._role(role)
        made: dict[str, Any] = {
            "name": name,
            "role": role,
            "password_hash": _new_hash(name, password),
        }
        made |= {"disabled": False, "created_at": self._ground.clock()}
        try:
            with self._ground.writing() as lent:
                lent.execute(insert(schema.accounts), made)
                self._ground.audit(lent, by, "account.added", name, role=role)
        except StoreError as error:
            if isinstance(error.__cause__, IntegrityError):
                raise NotPossibleError(f"账号 {name} 已经有了") from error
            raise
        return self._account(name)

    def set_password(self, name: str, password: str, *, by: Actor) -> None:
        """Ends the account's sessions too. A person may change their own password."""
        name = _levelled(name)
        if by.name != name:
            self._ground.require(by, "accounts.manage")
        self._change(name, by, "account.password", password_hash=_new_hash(name, password))

    def disable(self, name: str, *, by: Actor) -> Account:
        """The account can do nothing any more, at once."""
        self._ground.require(by, "accounts.manage")
        self._change(_levelled(name), by, "account.disabled", disabled=True)
        return self._account(name)

    def enable(self, name: str, *, by: Actor) -> Account:
        self._ground.require(by, "accounts.manage")
        self._change(_levelled(name), by, "account.enabled", disabled=False)
        return self._account(name)

    def list(self) -> tuple[Account, ...]:
        with self._ground.reading() as lent:
            rows = lent.execute(select(schema.accounts).order_by(A.name))
            return tuple(map(_account_of, rows))

    def may(self, role: str, permission: str) -> bool:
        return self._ground.rules.may(role, permission)

    def _account(self, name: str) -> Account:
        with self._ground.reading() as lent:
            return _account_of(_must_find(lent, _levelled(name)))

    def _change(self, name: str, by: Actor, what: str, **changes: Any) -> None:
        with self._ground.writing() as lent:
            row = _must_find(lent, name)
            lent.execute(update(schema.accounts).where(A.key == row.key).values(changes))
            lent.execute(delete(schema.sessions).where(S.account_key == row.key))
            self._ground.audit(lent, by, what, name)
        self._backoff.succeeded(name)

    def _role(self, role: str) -> Role:
        roles = self._ground.rules.roles
        if role not in roles:
            raise NotPossibleError(f"没有角色 {role}；可用的有 {'、'.join(roles)}")
        return next(known for known in roles if known == role)


def _levelled(name: str) -> str:
    return unicodedata.normalize("NFKC", name).strip().lower().replace("\0", "")


def _checked_name(name: str) -> str:
    levelled = _levelled(name)
    if not _NAME.fullmatch(levelled):
        raise NotPossibleError("账号名须是 1 到 60 个字母、数字、汉字或 . _ @ -")
    return levelled


def _new_hash(name: str, password: str) -> str:
    """Raises NotPossibleError for a password that is too short, too long or too plain."""
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise NotPossibleError(f"密码须有 {SHORTEST_PASSWORD} 到 {LONGEST_PASSWORD} 个字符")
    if name in password.lower() or len(set(password)) < 5:
        raise NotPossibleError("密码太简单：不能包含账号名，也不能只有几种字符")
    return str(_hasher().hash(password))


def _verified(stored: str, password: str) -> bool:
    from argon2.exceptions import InvalidHashError, VerificationError

    try:
        return bool(_hasher().verify(stored, password))
    except (VerificationError, InvalidHashError):
        return False


@lru_cache(maxsize=1)
def _hasher() -> Any:
    from argon2 import PasswordHasher

    return PasswordHasher()


@lru_cache(maxsize=1)
def _nobodys_hash() -> str:
    """Verified against where there is no such account, so that this takes as long."""
    return str(_hasher().hash(secrets.token_urlsafe(16)))


def _csrf(token: str) -> str:
    """Made from the token, which only the browser and nobody's database has."""
    return hashed(f"csrf\0{token}")


def _find(lent: Connection, name: str) -> Row[Any] | None:
    return lent.execute(select(schema.accounts).where(A.name == name)).first()


def _must_find(lent: Connection, name: str) -> Row[Any]:
    row = _find(lent, name)
    if row is None:
        raise NotPossibleError(f"没有名为 {name} 的账号")
    return row


def _account_of(row: Row[Any]) -> Account:
    return Account(row.name, row.role, row.disabled, row.created_at, row.last_login_at)
