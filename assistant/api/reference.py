"""Reference: the interface as one plain page made from its schema; nothing is loaded for it."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from markupsafe import Markup

_PAGE = Markup(
    '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>HTTP 接口</title>'
    '<meta name="viewport" content="width=device-width, initial-scale=1"></head>'
    '<body><h1>HTTP 接口</h1><p><a href="/api/openapi.json">openapi.json</a></p>{}</body></html>'
)
_ROUTE = Markup("<section><h2>{} <code>{}</code></h2><p>{}</p>{}<p>状态码：{}</p></section>")


def router() -> APIRouter:
    made = APIRouter(include_in_schema=False)

    @made.get("/api/docs")
    def page(request: Request) -> HTMLResponse:
        schema = request.app.openapi()
        shapes = schema.get("components", {}).get("schemas", {})
        routes = [
            _route(method, path, operation, shapes)
            for path, methods in schema["paths"].items()
            for method, operation in methods.items()
        ]
        return HTMLResponse(_PAGE.format(Markup("").join(routes)))

    return made


def _route(method: str, path: str, operation: dict[str, Any], shapes: dict[str, Any]) -> Markup:
    said = operation.get("description", operation.get("summary", ""))
    taken = [(one["name"], one["in"]) for one in operation.get("parameters", [])]
    taken += [(name, "body") for name in _fields(operation, shapes)]
    rows = Markup("").join(Markup("<li><code>{}</code> ({})</li>").format(*one) for one in taken)
    fields = Markup("<ul>{}</ul>").format(rows) if taken else Markup("")
    return _ROUTE.format(method.upper(), path, said, fields, " ".join(operation["responses"]))


def _fields(operation: dict[str, Any], shapes: dict[str, Any]) -> list[str]:
    content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    name = content.get("schema", {}).get("$ref", "").rpartition("/")[2]
    return list(shapes.get(name, {}).get("properties", {}))
