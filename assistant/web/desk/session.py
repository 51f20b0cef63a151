"""Who is at the console: the session cookie, the token of its forms, and where one goes without."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from assistant.desk.records import Login
from assistant.desk.service import Desk
from ingest.errors import NotAllowedError, NotLoggedInError

COOKIE = "wenbao_desk"
HOME = "/desk"
LOGIN = "/desk/login"


@dataclass(frozen=True)
class Visit:
    """One request of somebody who is logged in."""

    desk: Desk
    login: Login

    def may(self, permission: str) -> bool:
        return self.desk.accounts.may(self.login.actor.role, permission)

    def check(self, csrf: str) -> None:
        """Raises NotAllowedError where a form was not drawn for this session."""
        self.desk.accounts.check_csrf(self.login.token, csrf)


def visit(request: Request, desk: Desk) -> Visit:
    """Raises NotLoggedInError where the cookie is missing, unknown or has expired."""
    token = request.cookies.get(COOKIE, "")
    login = desk.accounts.session(token) if token else None
    if login is None:
        raise NotLoggedInError("请先登录")
    return Visit(desk, login)


def where(request: Request) -> str:
    return request.client.host if request.client else ""


def same_origin(request: Request) -> None:
    """The login form has no session to prove yet: a browser must say that it was ours.
    Raises NotAllowedError."""
    origin = request.headers.get("origin")
    if origin and urlsplit(origin).netloc != request.headers.get("host"):
        raise NotAllowedError("这个请求来自别的网站")


def entered(request: Request, login: Login, to: str) -> Response:
    response = RedirectResponse(to, 303)
    response.set_cookie(
        COOKIE,
        login.token,
        path=HOME,
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
    )
    return response


def left() -> Response:
    response = RedirectResponse(LOGIN, 303)
    response.delete_cookie(COOKIE, path=HOME)
    return response


def to_login(request: Request) -> Response:
    """To the login, and after it back to the page that was wanted; after a form, to the page it
    stands on, and said that nothing was kept."""
    if request.method == "GET":
        return RedirectResponse(f"{LOGIN}?to={quote(request.url.path)}", 303)
    page = inside(request.url.path.rpartition("/")[0])
    return RedirectResponse(f"{LOGIN}?to={quote(page)}&expired=1", 303)


def inside(to: str) -> str:
    """`to` where it is a page of the console, else its front page: no redirect leads elsewhere."""
    plain = to.startswith(f"{HOME}/") or to == HOME
    return to if plain and "//" not in to and "\\" not in to and "\n" not in to else HOME
