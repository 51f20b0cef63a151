"""The lists of patterns.yaml, read once."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.resources import files
from typing import Any

from ingest.form import read_yaml


@lru_cache(maxsize=1)
def patterns() -> dict[str, Any]:
    """Key → list or string, as in ingest/structure/patterns.yaml. Raises FormError if broken."""
    found: dict[str, Any] = read_yaml(files("ingest") / "structure" / "patterns.yaml")
    return found


@lru_cache(maxsize=32)
def compiled(key: str) -> tuple[re.Pattern[str], ...]:
    """The regular expressions listed under `key`."""
    return tuple(re.compile(pattern) for pattern in patterns()[key])
