"""Parts: what a reader of one format hands back, before the bytes' identity is added."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ingest.document import Block


@dataclass(frozen=True, slots=True)
class Parts:
    """Blocks in reading order with the title and facts that the file states about itself."""

    blocks: Sequence[Block]
    title: str | None = None
    meta: Mapping[str, str] = field(default_factory=dict)
    warnings: Sequence[str] = ()
