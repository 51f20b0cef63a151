"""What the page sends and fetches outside Gradio: uploads and downloads."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Cookie, HTTPException, Request, Response, UploadFile

from assistant.web import exports
from assistant.web.page import Page
from assistant.web.texts import language_of, texts
from ingest.errors import UnsafeSourceError
from ingest.store.rows import ReportInfo

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
COOKIE = "wenbao_browser"
Browser = Annotated[str, Cookie(alias=COOKIE)]


def router(page: Page) -> APIRouter:
    made = APIRouter(prefix="/chat", include_in_schema=False)

    @made.post("/uploads")
    def upload(file: UploadFile, request: Request, wenbao_browser: Browser = "") -> dict[str, str]:
        _same_site(request, wenbao_browser)
        try:
            kept = page.uploads.save(file.filename or "report", file.file)
        except UnsafeSourceError as error:
            raise HTTPException(422, str(error)) from error
        return {"token": kept.token, "name": kept.name}

    @made.get("/conversations/{conversation}.md")
    def markdown(conversation: str, language: str = "zh", wenbao_browser: Browser = "") -> Response:
        title, answers = _conversation(page, wenbao_browser, conversation)
        text = exports.conversation_markdown(title, answers, texts(language_of(language)))
        return _file(text.encode(), f"{title}.md", "text/markdown; charset=utf-8")

    @made.get("/conversations/{conversation}.json")
    def as_json(conversation: str, wenbao_browser: Browser = "") -> Response:
        title, answers = _conversation(page, wenbao_browser, conversation)
        text = exports.conversation_json(title, answers)
        return _file(text.encode(), f"{title}.json", "application/json")

    @made.get("/news")
    def news(conversation: str, response: Response, wenbao_browser: Browser = "") -> dict[str, str]:
        """What changes when the staff have written; the page asks while a ticket is there."""
        response.headers["Cache-Control"] = "no-store"
        return {"stamp": page.news(wenbao_browser, conversation) if wenbao_browser else ""}

    @made.get("/reports/{report_id}/tables.xlsx")
    def workbook(report_id: str) -> Response:
        info = _report(page, report_id)
        body = exports.tables_xlsx(
            page.library.tables(report_id), page.library.figures(report_ids=[report_id])
        )
        return _file(body, f"{info.title}.xlsx", XLSX)

    @made.get("/reports/{report_id}/tables/{key}.{suffix}")
    def table(report_id: str, key: str, suffix: str) -> Response:
        info, found = _report(page, report_id), page.library.table(report_id, key)
        if found is None or suffix not in {"csv", "xlsx"}:
            raise HTTPException(404, "no such table")
        name = f"{info.title} {found.name}.{suffix}"
        if suffix == "csv":
            return _file(exports.table_csv(found), name, "text/csv; charset=utf-8")
        figures = page.library.figures(report_ids=[report_id])
        return _file(exports.tables_xlsx([found], figures), name, XLSX)

    return made


def _same_site(request: Request, browser: str) -> None:
    """An upload must come from our own page: with its cookie, and from no other origin."""
    origin = request.headers.get("origin")
    host = request.headers.get("host", "")
    if not browser or (origin and origin.split("://", 1)[-1] != host):
        raise HTTPException(403, "uploads come from the page of this server only")


def _conversation(page: Page, owner: str, conversation: str) -> tuple[str, Any]:
    answers = page.conversations.turns(owner, conversation) if owner else ()
    if not answers:
        raise HTTPException(404, "no such conversation")
    return page.conversations.title(owner, conversation), answers


def _report(page: Page, report_id: str) -> ReportInfo:
    info = page.library.report(report_id)
    if info is None:
        raise HTTPException(404, "no such report")
    return info


def _file(body: bytes, name: str, media_type: str) -> Response:
    cleaned = "".join(sign for sign in name if sign.isprintable() and sign not in '/\\"')
    disposition = f"attachment; filename*=UTF-8''{quote(cleaned)}"
    headers = {"Content-Disposition": disposition, "X-Content-Type-Options": "nosniff"}
    return Response(body, media_type=media_type, headers=headers)
