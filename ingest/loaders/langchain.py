"""ReportLoader: our loaders as a LangChain document loader."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from langchain_core.document_loaders import BaseLoader
from langchain_core.documents import Document as LangchainDocument

from ingest.document import Block, Grid, Heading
from ingest.loaders.limits import DEFAULT_LIMITS, Limits
from ingest.loaders.load import load
from ingest.loaders.sources import find_sources


class ReportLoader(BaseLoader):
    """Yields one LangChain document a block, in reading order.

    Metadata: source, title, encoding, content_hash, kind ("heading", "paragraph", "table"), order
    and section (the last heading); a table also has height, width and page, and its text is one
    line a row with tabs between cells. For figures use `ingest.loaders.load`, which keeps spans.
    """

    def __init__(
        self,
        sources: str | Path | Sequence[str | Path],
        *,
        limits: Limits = DEFAULT_LIMITS,
        allow_private_hosts: bool = False,
    ) -> None:
        self._sources = sources
        self._limits = limits
        self._allow_private_hosts = allow_private_hosts

    def lazy_load(self) -> Iterator[LangchainDocument]:
        """Documents one by one; raises LoadError at the source that cannot be read."""
        for source in find_sources(self._sources):
            document = load(
                source, limits=self._limits, allow_private_hosts=self._allow_private_hosts
            )
            shared = {
                "source": document.source,
                "title": document.title,
                "encoding": document.encoding,
                "content_hash": document.content_hash,
            }
            section = ""
            for order, block in enumerate(document.blocks):
                section = block.text if isinstance(block, Heading) else section
                metadata = {**shared, "order": order, "section": section, **_facts(block)}
                yield LangchainDocument(page_content=_text(block), metadata=metadata)


def _facts(block: Block) -> dict[str, object]:
    if isinstance(block, Grid):
        size = {"height": block.height, "width": block.width, "page": block.page}
        return {"kind": "table", **size}
    return {"kind": "heading" if isinstance(block, Heading) else "paragraph"}


def _text(block: Block) -> str:
    if not isinstance(block, Grid):
        return block.text
    return "\n".join("\t".join(cell.text for cell in row) for row in block.rows())
