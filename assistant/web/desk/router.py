"""Router: the addresses of the console. Each checks the session, each form its token."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps
from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from assistant.desk.records import Change
from assistant.desk.service import Desk
from assistant.web.desk import session, wanted
from assistant.web.desk.pages import Pages
from assistant.web.desk.session import Visit
from assistant.web.render import static
from ingest.errors import (
    ConflictError,
    DeskError,
    NotAllowedError,
    NotLoggedInError,
    NotPossibleError,
    StoreError,
    TooManyError,
    UnknownTicketError,
)
from ingest.store.library import Library

Text = Annotated[str, Form()]
STATISTICS_DAYS = (7, 30, 90, 365)
_STATUS: tuple[tuple[type[Exception], int], ...] = (
    (UnknownTicketError, 404),
    (ConflictError, 409),
    (NotAllowedError, 403),
    (TooManyError, 429),
    (NotPossibleError, 422),
    (StoreError, 503),
)


def router(desk: Desk, library: Library) -> APIRouter:
    """The console over `desk`; cited tables are drawn from `library`."""
    made = APIRouter(prefix="/desk", include_in_schema=False)
    pages = Pages(desk, library)

    @made.get("/desk.css")
    def style() -> Response:
        return Response(static("desk.css"), media_type="text/css; charset=utf-8")

    _entrance(made, desk, pages)
    _reading(made, desk, pages)
    _ticket_forms(made, desk, pages)
    _lesson_forms(made, desk, pages)
    _reviewed_forms(made, desk, pages)
    return made


def _shown(pages: Pages, handler: Callable[..., Response]) -> Callable[..., Response]:
    """Errors of the desk as a page with their status; without a session, the login."""

    @wraps(handler)
    def handle(request: Request, *args: Any, **kwargs: Any) -> Response:
        try:
            return handler(request, *args, **kwargs)
        except NotLoggedInError:
            return session.to_login(request)
        except (DeskError, StoreError) as error:
            status = next((code for kind, code in _STATUS if isinstance(error, kind)), 400)
            return HTMLResponse(pages.problem(str(error)), status)

    return handle


def _entrance(made: APIRouter, desk: Desk, pages: Pages) -> None:
    @made.get("/login")
    def login_page(to: str = "", expired: str = "") -> Response:
        return HTMLResponse(pages.login(to=session.inside(to), expired=expired == "1"))

    @made.post("/login")
    def login(request: Request, name: Text = "", password: Text = "", to: Text = "") -> Response:
        try:
            session.same_origin(request)
            login = desk.accounts.login(name, password, session.where(request))
        except (NotLoggedInError, TooManyError, NotAllowedError) as error:
            status = 429 if isinstance(error, TooManyError) else 401
            page = pages.login(to=session.inside(to), name=name, error=str(error))
            return HTMLResponse(page, status)
        return session.entered(request, login, session.inside(to))

    def logout(request: Request, csrf: Text = "") -> Response:
        here = session.visit(request, desk)
        here.check(csrf)
        desk.accounts.logout(here.login.token)
        return session.left()

    made.post("/logout")(_shown(pages, logout))


def _reading(made: APIRouter, desk: Desk, pages: Pages) -> None:
    def queue(
        request: Request,
        text: str = "",
        state: str = "live",
        priority: str = "",
        assignee: str = "",
        reason: str = "",
        breached: str = "",
        order: str = "due",
        page: Annotated[int, Query(ge=1, le=100000)] = 1,
    ) -> Response:
        chosen = wanted.Wanted(text, state, priority, assignee, reason, breached, order, page)
        return HTMLResponse(pages.queue(session.visit(request, desk), chosen))

    def ticket(request: Request, number: str, said: str = "") -> Response:
        return HTMLResponse(pages.ticket(session.visit(request, desk), number, said=said))

    def statistics(request: Request, days: int = 30) -> Response:
        days = days if days in STATISTICS_DAYS else 30
        return HTMLResponse(pages.statistics(session.visit(request, desk), days, time.time()))

    def reviewed(request: Request, state: str = "") -> Response:
        return HTMLResponse(pages.reviewed(session.visit(request, desk), state))

    def audit(request: Request, target: str = "") -> Response:
        return HTMLResponse(pages.audit(session.visit(request, desk), target))

    def export(
        request: Request,
        kind: str = "csv",
        text: str = "",
        state: str = "live",
        priority: str = "",
        assignee: str = "",
        reason: str = "",
        breached: str = "",
    ) -> Response:
        here = session.visit(request, desk)
        kind = "xlsx" if kind == "xlsx" else "csv"
        asked = wanted.Wanted(text, state, priority, assignee, reason, breached)
        chosen = asked.filter(here.login.actor.name)
        body = desk.staff.export(here.login.actor, chosen, kind=kind)
        return Response(body, headers=_download(f"tickets.{kind}"), media_type=_MEDIA[kind])

    for path, handler in (
        ("", queue),
        ("/tickets/{number}", ticket),
        ("/statistics", statistics),
        ("/reviewed", reviewed),
        ("/audit", audit),
        ("/export", export),
    ):
        made.get(path)(_shown(pages, handler))


_MEDIA = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def _download(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}


def _begin(request: Request, desk: Desk, csrf: str) -> Visit:
    """Who sends a form. Raises NotLoggedInError, NotAllowedError."""
    here = session.visit(request, desk)
    here.check(csrf)
    return here


def _back(number: str, said: str) -> Response:
    return RedirectResponse(f"/desk/tickets/{number}?said={said}", 303)


def _ticket_forms(made: APIRouter, desk: Desk, pages: Pages) -> None:
    """What is written to the citizen or about the ticket."""

    def reply(
        request: Request,
        number: str,
        csrf: Text = "",
        body: Text = "",
        version: Annotated[int, Form()] = 0,
        resolve: Text = "",
        key: Text = "",
    ) -> Response:
        here = _begin(request, desk, csrf)
        try:
            desk.staff.reply(
                here.login.actor, number, body, version=version, resolve=bool(resolve), key=key
            )
        except (ConflictError, NotPossibleError) as error:
            page = pages.ticket(here, number, error=str(error), draft=body)
            return HTMLResponse(page, 409 if isinstance(error, ConflictError) else 422)
        return _back(number, "replied")

    def note(request: Request, number: str, csrf: Text = "", body: Text = "") -> Response:
        desk.staff.note(_begin(request, desk, csrf).login.actor, number, body)
        return _back(number, "noted")

    def take(
        request: Request, number: str, csrf: Text = "", version: Annotated[int, Form()] = 0
    ) -> Response:
        desk.staff.take(_begin(request, desk, csrf).login.actor, number, version=version)
        return _back(number, "taken")

    def change(
        request: Request,
        number: str,
        csrf: Text = "",
        version: Annotated[int, Form()] = 0,
        state: Text = "",
        priority: Text = "",
        assignee: Text = "*",
        tags: Text = "",
    ) -> Response:
        asked = Change(
            state=wanted.state_of(state),
            priority=wanted.priority_of(priority),
            assignee=None if assignee == "*" else assignee,
            tags=tuple(tag for tag in tags.replace("，", ",").replace(",", " ").split() if tag),
        )
        here = _begin(request, desk, csrf)
        try:
            desk.staff.change(here.login.actor, number, asked, version=version)
        except ConflictError as error:
            return HTMLResponse(pages.ticket(here, number, error=str(error)), 409)
        return _back(number, "changed")

    def contact(request: Request, number: str, csrf: Text = "") -> Response:
        here = _begin(request, desk, csrf)
        shown = desk.staff.contact(here.login.actor, number)
        return HTMLResponse(pages.ticket(here, number, contact=shown))

    for name, handler in (
        ("reply", reply),
        ("note", note),
        ("take", take),
        ("change", change),
        ("contact", contact),
    ):
        made.post(f"/tickets/{{number}}/{name}")(_shown(pages, handler))


def _lesson_forms(made: APIRouter, desk: Desk, pages: Pages) -> None:
    """What is learnt from a ticket: a reviewed answer, a gold question."""

    def propose(
        request: Request,
        number: str,
        csrf: Text = "",
        question: Text = "",
        answer: Text = "",
        days: Annotated[int, Form()] = 365,
    ) -> Response:
        actor = _begin(request, desk, csrf).login.actor
        desk.reviewed.propose(actor, question=question, answer=answer, ticket=number, days=days)
        return _back(number, "proposed")

    def gold(
        request: Request, number: str, csrf: Text = "", status: Text = "answered", value: Text = "",
        unit: Text = "", contains: Text = "",
    ) -> Response:  # fmt: skip
        actor = _begin(request, desk, csrf).login.actor
        words = tuple(word for word in contains.split("\n") if word.strip())
        desk.reviewed.add_to_gold(
            actor, number, status=status, value=value, unit=unit, contains=words
        )
        return _back(number, "golded")

    for name, handler in (("propose", propose), ("gold", gold)):
        made.post(f"/tickets/{{number}}/{name}")(_shown(pages, handler))


def _reviewed_forms(made: APIRouter, desk: Desk, pages: Pages) -> None:
    def decide(request: Request, which: int, what: str, csrf: Text = "") -> Response:
        here = session.visit(request, desk)
        here.check(csrf)
        acts = {
            "approve": desk.reviewed.approve,
            "reject": desk.reviewed.reject,
            "retire": desk.reviewed.retire,
        }
        if what not in acts:
            raise NotPossibleError("没有这个操作")
        acts[what](here.login.actor, which)
        return RedirectResponse("/desk/reviewed", 303)

    made.post("/reviewed/{which}/{what}")(_shown(pages, decide))
