"""MHTML (a page saved with its parts, as Word and WPS write it) → its HTML."""

from __future__ import annotations

from email import message_from_bytes
from email.errors import MessageError
from email.message import Message

from ingest.errors import LoadError
from ingest.loaders import reasons
from ingest.loaders.encoding import Decoded, decode


def html_part(data: bytes, source: str) -> Decoded:
    """The first HTML part, decoded. Raises LoadError where there is none."""
    try:
        message = message_from_bytes(data)
    except MessageError as error:
        raise LoadError(source, reasons.DAMAGED) from error
    for part in message.walk():
        if part.get_content_type() == "text/html":
            return decode(_payload(part), source, part.get_content_charset())
    raise LoadError(source, reasons.NO_CONTENT)


def _payload(part: Message) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""
