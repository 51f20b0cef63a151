"""Reviewed answers: a reply that a second person approved, given again to the same question.

A question fits when its normal form is the same, or when the embedder finds it close enough,
both name the same numbers and the same telling words, and it is no figure that is asked for
(reviewed.yaml): near is not enough where 复议 and 起诉 differ. Nobody approves their own proposal.
"""

from __future__ import annotations

import json
import os
import re
import secrets
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
from sqlalchemy import Connection, Row, insert, select, update

from assistant.answer import Answer, Citation
from assistant.desk import schema
from assistant.desk.base import Ground, needed
from assistant.desk.citizens import LONGEST_MESSAGE, LONGEST_QUESTION
from assistant.desk.embedding import Embeds
from assistant.desk.hours import CHINA
from assistant.desk.privacy import mask
from assistant.desk.records import Actor, Match, Reviewed
from assistant.desk.tickets import find, note_event
from assistant.normalize import normalize
from ingest.errors import NotAllowedError, NotPossibleError, StoreError
from ingest.form import read_yaml

FILE = files("assistant") / "desk" / "reviewed.yaml"
GOLD_FILE = Path("gold") / "desk.jsonl"
LONGEST_QUOTE = 300
R = schema.reviewed.c
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?|[a-z]+|[〇零一二两三四五六七八九十百千万亿]+")
_EITHER = re.compile(r"(.)不\1")  # 能不能 asks what 能 … 吗 asks


class ReviewedAnswers:
    def __init__(self, ground: Ground, embedder: Embeds | None = None) -> None:
        self._ground = ground
        self._embedder = embedder
        self._lock = Lock()
        self._embedded: tuple[Any, Any] | None = None  # what the vectors are of, vectors

    # -- making --------------------------------------------------------------------------

    def propose(
        self, actor: Actor, *, question: str, answer: str, ticket: str = "", days: int = 365
    ) -> Reviewed:
        """A proposal, personal data masked; used only once somebody else has approved it. It is
        good for `days` from now."""
        self._ground.require(actor, "reviewed.propose")
        question = mask(needed(question, LONGEST_QUESTION, "问题"))
        answer = mask(needed(answer, LONGEST_MESSAGE, "答复"))
        if not 1 <= days <= 3650:
            raise NotPossibleError("有效期须是 1 到 3650 天")
        now = self._ground.clock()
        made = {
            "question": question, "normal": normalize(question), "answer": answer,
            "state": "proposed", "proposed_by": actor.name, "proposed_at": now,
            "expires_at": now + days * 86_400, "hits": 0, "ticket": "",
        }  # fmt: skip
        with self._ground.writing() as lent:
            if ticket:
                row = find(lent, ticket)
                made["ticket"] = row.number
                note_event(lent, self._ground, row.key, actor.name, "proposed")
            [key] = lent.execute(insert(schema.reviewed), made).inserted_primary_key or (0,)
            self._ground.audit(lent, actor, "reviewed.proposed", str(key), ticket=made["ticket"])
            return _reviewed(_must_find(lent, key))

    def approve(self, actor: Actor, key: int) -> Reviewed:
        """From now on it answers. Raises NotAllowedError for the proposer, NotPossibleError where
        it is not a proposal."""
        return self._judge(actor, key, "approved")

    def reject(self, actor: Actor, key: int) -> Reviewed:
        return self._judge(actor, key, "rejected")

    def retire(self, actor: Actor, key: int) -> Reviewed:
        """An approved one answers no more."""
        self._ground.require(actor, "reviewed.approve")
        with self._ground.writing() as lent:
            _must_be(_must_find(lent, key, lock=True), "approved")
            lent.execute(update(schema.reviewed).where(R.key == key).values(state="retired"))
            self._ground.audit(lent, actor, "reviewed.retired", str(key))
            return _reviewed(_must_find(lent, key))

    def _judge(self, actor: Actor, key: int, verdict: str) -> Reviewed:
        self._ground.require(actor, "reviewed.approve")
        with self._ground.writing() as lent:
            row = _must_find(lent, key, lock=True)
            _must_be(row, "proposed")
            if row.proposed_by == actor.name and verdict == "approved":
                raise NotAllowedError("自己提出的答复须由另一人审核")
            changes: dict[str, Any] = {
                "state": verdict,
                "reviewed_by": actor.name,
                "reviewed_role": actor.role,
            }
            changes |= {"reviewed_at": self._ground.clock()}
            lent.execute(update(schema.reviewed).where(R.key == key).values(changes))
            self._ground.audit(lent, actor, f"reviewed.{verdict}", str(key))
            return _reviewed(_must_find(lent, key))

    def list(self, actor: Actor, *, state: str = "") -> tuple[Reviewed, ...]:
        """All, or those of a state, the latest first."""
        self._ground.require(actor, "reviewed.propose")
        query = select(schema.reviewed).order_by(R.key.desc())
        if state:
            query = query.where(R.state == state)
        with self._ground.reading() as lent:
            return tuple(map(_reviewed, lent.execute(query)))

    # -- answering -----------------------------------------------------------------------

    def match(self, question: str) -> Match | None:
        """The approved, unexpired answer to `question`, if there is one; its hits are counted."""
        found = self._found(question)
        if found is None:
            return None
        with self._ground.writing() as lent:
            mine = update(schema.reviewed).where(R.key == found.reviewed.id)
            lent.execute(mine.values(hits=R.hits + 1))
        return found

    def answer(self, question: str) -> Answer | None:
        """As `match`, as an Answer that cites the review: which role, when, for how long."""
        found = self.match(question)
        return None if found is None else self._answer(question, found)

    def _found(self, question: str) -> Match | None:
        in_force = (R.state == "approved") & (R.expires_at > self._ground.clock())
        with self._ground.reading() as lent:
            latest = select(schema.reviewed).where(in_force).order_by(R.key.desc())
            normal = normalize(question)
            row = lent.execute(latest.where(R.normal == normal).limit(1)).first()
            if row is not None and normal:
                return Match(_reviewed(row), 1.0, True)
            if self._embedder is None or asks_for_figure(question):
                return None
            rows = lent.execute(latest).all()
        return self._nearest(question, rows, self._embedder)

    def _nearest(self, question: str, rows: Sequence[Row[Any]], embedder: Embeds) -> Match | None:
        tells = telling(question)
        if not rows:
            return None
        [asked] = embedder.embed([question])
        scores = self._vectors(rows, embedder) @ asked
        for place in np.argsort(-scores, kind="stable"):
            score = float(scores[place])
            if score < _rules()["closest"]:
                return None
            if telling(rows[place].question) == tells:
                return Match(_reviewed(rows[place]), score, False)
        return None

    def _vectors(self, rows: Sequence[Row[Any]], embedder: Embeds) -> Any:
        """The vectors of the questions of `rows`, kept while those stay the same."""
        keys = tuple(row.key for row in rows)  # a question never changes
        with self._lock:
            if self._embedded is None or self._embedded[0] != keys:
                self._embedded = keys, embedder.embed([row.question for row in rows])
            return self._embedded[1]

    def _answer(self, question: str, found: Match) -> Answer:
        reviewed, rules = found.reviewed, _rules()
        with self._ground.reading() as lent:
            role = _must_find(lent, reviewed.id).reviewed_role or "reviewer"
        slots = {
            "role": self._ground.role_name(role),
            "day": _day(reviewed.reviewed_at),
            "until": _day(reviewed.expires_at),
        }
        citation = Citation(
            kind="text", report=rules["title"], report_id="", publisher="", year=None,
            section=rules["section"].format_map(slots), quote=reviewed.answer[:LONGEST_QUOTE],
            source=f"reviewed:{reviewed.id}",
        )  # fmt: skip
        warnings = () if found.exact else (rules["near"].format(question=reviewed.question),)
        plan = {"op": "reviewed", "id": reviewed.id, "score": round(found.score, 3)}
        text = f"{reviewed.answer}\n{rules['note'].format_map(slots)}"
        return Answer(
            question, "answered", text, citations=(citation,), warnings=warnings, plan=plan
        )

    # -- gold ----------------------------------------------------------------------------

    def add_to_gold(
        self,
        actor: Actor,
        number: str,
        *,
        status: str = "answered",
        value: str = "",
        unit: str = "",
        contains: Sequence[str] = (),
    ) -> Path:
        """Appends the ticket's question with what is expected as a gold row (`wenbao eval`) to
        gold/desk.jsonl in the data directory, personal data masked; returns the file."""
        self._ground.require(actor, "gold.add")
        if status not in ("answered", "refused", "clarify"):
            raise NotPossibleError(f"没有这样的状态：{status}")
        with self._ground.writing() as lent:
            row = find(lent, number)
            if row.erased_at is not None:
                raise NotPossibleError("工单内容已按要求删除")
            note_event(lent, self._ground, row.key, actor.name, "gold")
            self._ground.audit(lent, actor, "gold.added", row.number)
        expect: dict[str, Any] = {"status": status}
        expect |= {"value": value} if value else {}
        expect |= {"unit": unit} if unit else {}
        expect |= {"contains": [mask(part) for part in contains]} if contains else {}
        made = {"id": f"desk-{row.number}-{secrets.token_hex(3)}", "question": mask(row.question)}
        path = self._ground.settings.data_dir / GOLD_FILE
        _append(path, json.dumps(made | {"set": "desk", "expect": expect}, ensure_ascii=False))
        return path


def telling(question: str) -> frozenset[str]:
    """What two questions must share to be one: numbers, Latin words, and the telling words."""
    normal = _EITHER.sub(r"\1", normalize(question))
    words = {word for word in _rules()["telling"] if word in normal}
    return frozenset(words | set(_NUMBER.findall(normal)))


def asks_for_figure(question: str) -> bool:
    """Whether nothing but the very words will do."""
    return re.search(_rules()["figures"], normalize(question)) is not None


def _append(path: Path, line: str) -> None:
    """One write, so that lines of several processes never mix."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        try:
            os.write(file, f"{line}\n".encode())
            os.fsync(file)
        finally:
            os.close(file)
    except OSError as error:
        raise StoreError(f"{path}：不能写入：{error.strerror}") from error


def _day(at: float | None) -> str:
    return "" if at is None else datetime.fromtimestamp(at, CHINA).strftime("%Y-%m-%d")


@lru_cache(maxsize=1)
def _rules() -> dict[str, Any]:
    return dict(read_yaml(FILE))


def _must_find(lent: Connection, key: int, *, lock: bool = False) -> Row[Any]:
    query = select(schema.reviewed).where(R.key == key)
    row = lent.execute(query.with_for_update() if lock else query).first()
    if row is None:
        raise NotPossibleError(f"没有编号为 {key} 的审核答复")
    return row


def _must_be(row: Row[Any], state: str) -> None:
    if row.state != state:
        raise NotPossibleError(f"这条答复的状态是 {_rules()['states'][row.state]}，不能这样操作")


def _reviewed(row: Row[Any]) -> Reviewed:
    return Reviewed(
        row.key,
        row.question,
        row.answer,
        row.state,
        row.proposed_by,
        row.proposed_at,
        row.reviewed_by,
        row.reviewed_at,
        row.expires_at,
        row.hits,
        row.ticket,
    )
