"""The assistant's sentences, read from lexicon/messages.yaml."""

from __future__ import annotations

from functools import lru_cache

from assistant.lexicon import FOLDER
from ingest.form import read_yaml


@lru_cache(maxsize=1)
def _messages() -> dict[str, str]:
    return {key: str(value).strip() for key, value in read_yaml(FOLDER / "messages.yaml").items()}


def message(key: str, **values: object) -> str:
    """The sentence `key` with its slots filled. Raises KeyError on an unknown key or slot."""
    return _messages()[key].format_map(values)
