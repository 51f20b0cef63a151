"""Loaders: a file or URL → a Document of headings, paragraphs and grids, before any meaning."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ingest.loaders.limits import DEFAULT_LIMITS, Limits
from ingest.loaders.load import load, load_bytes
from ingest.loaders.sources import find_sources

if TYPE_CHECKING:
    from ingest.loaders.langchain import ReportLoader

__all__ = ["DEFAULT_LIMITS", "Limits", "ReportLoader", "find_sources", "load", "load_bytes"]


def __getattr__(name: str) -> Any:
    """ReportLoader on demand: LangChain takes long to import and loading needs none of it."""
    if name == "ReportLoader":
        from ingest.loaders.langchain import ReportLoader

        return ReportLoader
    raise AttributeError(name)
