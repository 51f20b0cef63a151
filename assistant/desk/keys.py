"""API keys: only their hashes are stored; and rates that hold over all processes."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Row, delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from assistant.desk import schema
from assistant.desk.base import Ground, needed, packed
from assistant.desk.keyring import hashed, same
from assistant.desk.records import Actor, ApiKey
from ingest.errors import NotAllowedError, NotLoggedInError, NotPossibleError, TooManyError

K, R = schema.api_keys.c, schema.rates.c
MARK = "wb"
TOUCHED_EVERY = 60.0  # seconds between writes of "last used"
_MINUTE = 60
_KEPT = 5  # minutes of rates
_UNKNOWN = "API 密钥不对、已撤销或已过期"


class ApiKeys:
    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    def add(
        self,
        name: str,
        scopes: Iterable[str],
        *,
        rate: int = 0,
        days: int | None = None,
        by: Actor,
    ) -> tuple[ApiKey, str]:
        """A new key and its plain text, which is nowhere else. `rate` is requests a minute (0 = the
        setting rate_limit), `days` how long it is good (None = until revoked).

        Raises NotPossibleError for an unknown scope or a number below 0, NotAllowedError.
        """
        self._ground.require(by, "accounts.manage")
        name, wanted = needed(name, 60, "名称"), self._scopes(scopes)
        if rate < 0 or (days is not None and days < 1):
            raise NotPossibleError("速率不能小于 0，有效天数不能小于 1")
        identity, secret, now = (
            secrets.token_hex(6),
            secrets.token_urlsafe(32),
            self._ground.clock(),
        )
        made = {
            "id": identity, "name": name, "secret_hash": hashed(secret), "scopes": packed(wanted),
            "rate": rate or self._ground.settings.rate_limit, "created_at": now,
            "expires_at": None if days is None else now + days * 86_400,
        }  # fmt: skip
        with self._ground.writing() as lent:
            lent.execute(insert(schema.api_keys), made)
            self._ground.audit(lent, by, "key.added", identity, scopes=wanted)
        return self._key(identity), f"{MARK}_{identity}_{secret}"

    def verify(self, plain: str, scope: str) -> ApiKey:
        """The key `plain`. Raises NotLoggedInError where it is unknown, revoked or expired,
        NotAllowedError where it lacks `scope`."""
        mark, _, rest = plain.partition("_")
        identity, _, secret = rest.partition("_")
        with self._ground.reading() as lent:
            found = select(schema.api_keys).where(K.id == identity[:16].replace("\0", ""))
            row = lent.execute(found).first()
        fits = same(hashed(secret), row.secret_hash if row is not None else hashed(""))
        now = self._ground.clock()
        if mark != MARK or row is None or not fits or row.revoked_at is not None:
            raise NotLoggedInError(_UNKNOWN)
        if row.expires_at is not None and now >= row.expires_at:
            raise NotLoggedInError(_UNKNOWN)
        key = _key_of(row)
        if scope not in key.scopes:
            raise NotAllowedError(f"API 密钥没有范围 {scope}")
        if row.last_used_at is None or now > row.last_used_at + TOUCHED_EVERY:
            with self._ground.writing() as lent:
                used = update(schema.api_keys).where(K.id == key.id)
                lent.execute(used.values(last_used_at=now))
        return key

    def revoke(self, identity: str, *, by: Actor) -> ApiKey:
        """From now on the key is unknown. Raises NotPossibleError where there is none."""
        self._ground.require(by, "accounts.manage")
        with self._ground.writing() as lent:
            mine = (K.id == identity) & K.revoked_at.is_(None)
            ended = update(schema.api_keys).where(mine).values(revoked_at=self._ground.clock())
            if lent.execute(ended).rowcount == 0:
                raise NotPossibleError(f"没有编号为 {identity} 的有效密钥")
            self._ground.audit(lent, by, "key.revoked", identity)
        return self._key(identity)

    def list(self) -> tuple[ApiKey, ...]:
        """All keys, the revoked ones too, oldest first."""
        with self._ground.reading() as lent:
            rows = lent.execute(select(schema.api_keys).order_by(K.created_at, K.id))
            return tuple(map(_key_of, rows))

    @property
    def scopes(self) -> frozenset[str]:
        return self._ground.rules.scopes

    def allow(self, bucket: str, per_minute: int) -> None:
        """Counts a request of `bucket`. Raises TooManyError where it is one too many in this minute
        (of the clock, counted by all processes together)."""
        now = self._ground.clock()
        minute = int(now // _MINUTE)
        with self._ground.writing() as lent:
            count = lent.execute(self._counted(hashed(bucket), minute)).scalar_one()
            if count == 1:
                lent.execute(delete(schema.rates).where(R.minute < minute - _KEPT))
        if count > per_minute:
            wait = int((minute + 1) * _MINUTE - now) + 1
            raise TooManyError(f"请求太频繁，请 {wait} 秒后再试", wait)

    def _counted(self, bucket: str, minute: int) -> Any:
        """One statement, so that two processes never count the same request number."""
        dialect = postgresql if self._ground.engine.dialect.name == "postgresql" else sqlite
        first = dialect.insert(schema.rates).values(bucket=bucket, minute=minute, requests=1)
        more = first.on_conflict_do_update(
            index_elements=[R.bucket, R.minute], set_={"requests": R.requests + 1}
        )
        return more.returning(R.requests)

    def _key(self, identity: str) -> ApiKey:
        with self._ground.reading() as lent:
            row = lent.execute(select(schema.api_keys).where(K.id == identity)).one()
            return _key_of(row)

    def _scopes(self, scopes: Iterable[str]) -> tuple[str, ...]:
        wanted = tuple(sorted(set(scopes)))
        unknown = [scope for scope in wanted if scope not in self.scopes]
        if unknown or not wanted:
            known = "、".join(sorted(self.scopes))
            raise NotPossibleError(
                f"范围须是 {known} 中的几个，不能是 {'、'.join(unknown) or '空'}"
            )
        return wanted


def _key_of(row: Row[Any]) -> ApiKey:
    return ApiKey(
        row.id,
        row.name,
        frozenset(json.loads(row.scopes)),
        row.rate,
        row.created_at,
        row.expires_at,
        row.revoked_at is not None,
        row.last_used_at,
    )
