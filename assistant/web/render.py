"""Templates of the page. Autoescape is on for all of them: what a report or a question says is
shown as text, whatever it is."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from assistant.web import charts, marking


@lru_cache(maxsize=1)
def environment() -> Environment:
    made = Environment(
        loader=PackageLoader("assistant.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals |= {
        "cite_button": marking.cite_button,
        "drawing": charts.drawing,
        "headline": marking.headline,
        "formulas": marking.formulas,
        "marked_text": marking.marked_text,
        "place": marking.place,
        "searched": marking.searched,
        "short_place": marking.short_place,
        "told": marking.told,
    }
    return made


def render(template: str, **values: Any) -> str:
    return environment().get_template(f"{template}.html").render(**values)


@lru_cache
def static(name: str) -> str:
    """A file of assistant/web/static."""
    return (files("assistant") / "web" / "static" / name).read_text(encoding="utf-8")
