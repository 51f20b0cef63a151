"""Loaders: a file or URL → a Document of headings, paragraphs and grids, before any meaning."""

from ingest.loaders.limits import DEFAULT_LIMITS, Limits
from ingest.loaders.load import load, load_bytes
from ingest.loaders.sources import find_sources

__all__ = ["DEFAULT_LIMITS", "Limits", "find_sources", "load", "load_bytes"]
