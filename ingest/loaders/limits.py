"""Limits: how much of a source a loader is willing to hold, as data in one place.

Reports are below 5 MB and 2,000 cells, spreadsheets of registers larger; each bound leaves room and
keeps a hostile file from taking the machine.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one load; sizes in bytes, times in seconds."""

    file_bytes: int = 64 * 1024 * 1024
    html_chars: int = 32 * 1024 * 1024
    # HTML: tags open at once, and what a misnested page may cost the tree builder.
    html_tags: int = 400_000
    html_depth: int = 1_000
    html_depth_work: int = 200_000_000
    html_formatting_work: int = 300_000
    html_attributes: int = 2_000
    # Tables.
    grid_cells: int = 600_000  # a table of 10,000 rows of 50 columns and more
    grid_columns: int = 1_000
    grid_rows: int = 100_000
    blocks: int = 200_000
    # Zip containers (docx, xlsx).
    zip_members: int = 5_000
    zip_total_bytes: int = 256 * 1024 * 1024
    zip_member_bytes: int = 96 * 1024 * 1024
    zip_ratio: int = 300
    zip_ratio_from_bytes: int = 8 * 1024 * 1024
    pdf_pages: int = 500
    pdf_objects_per_page: int = 60_000
    # The web.
    url_bytes: int = 32 * 1024 * 1024
    url_seconds: float = 30.0
    url_redirects: int = 5


DEFAULT_LIMITS = Limits()
