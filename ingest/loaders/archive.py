"""Safety of zip containers (docx, xlsx), looked at before any library unpacks them."""

from __future__ import annotations

import io
import re
import zipfile
import zlib

from ingest.errors import LoadError, UnsafeSourceError
from ingest.loaders import reasons
from ingest.loaders.limits import Limits

_DECLARATION = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_DECLARATION_WIDE = tuple("<!DOCTYPE".encode(codec) for codec in ("utf-16-le", "utf-16-be"))
_PROLOG = 65_536
_ENCRYPTED_FLAG = 0x1


def check_archive(data: bytes, source: str, limits: Limits) -> None:
    """Raise UnsafeSourceError for a bomb or XML entities, LoadError for damage or a password."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_sizes(archive.infolist(), source, limits)
            for member in archive.infolist():
                if member.filename.endswith((".xml", ".rels", ".vml")):
                    _check_xml(archive, member, source, limits)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError) as error:
        raise LoadError(source, reasons.DAMAGED) from error
    except (NotImplementedError, RuntimeError) as error:
        raise LoadError(source, reasons.ENCRYPTED) from error


def _check_sizes(members: list[zipfile.ZipInfo], source: str, limits: Limits) -> None:
    if len(members) > limits.zip_members:
        raise UnsafeSourceError(source, reasons.ZIP_BOMB)
    if sum(member.file_size for member in members) > limits.zip_total_bytes:
        raise UnsafeSourceError(source, reasons.ZIP_BOMB)
    for member in members:
        if member.flag_bits & _ENCRYPTED_FLAG:
            raise LoadError(source, reasons.ENCRYPTED)
        large = member.file_size > limits.zip_ratio_from_bytes
        if member.file_size > limits.zip_member_bytes or (
            large and member.file_size > limits.zip_ratio * max(member.compress_size, 1)
        ):
            raise UnsafeSourceError(source, reasons.ZIP_BOMB)


def _check_xml(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, source: str, limits: Limits
) -> None:
    """Unpack in pieces: sizes in the directory may lie, entity declarations stand in the prolog."""
    size = 0
    with archive.open(member) as stream:
        head = stream.read(_PROLOG)
        if _DECLARATION.search(head) or any(mark in head for mark in _DECLARATION_WIDE):
            raise UnsafeSourceError(source, reasons.XML_ENTITIES)
        size = len(head)
        while piece := stream.read(1 << 20):
            size += len(piece)
            if size > limits.zip_member_bytes:
                raise UnsafeSourceError(source, reasons.ZIP_BOMB)
