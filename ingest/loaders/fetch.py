"""Bytes of an http(s) URL: bounded in size and time, never into the own network unless allowed.

Each hop's host is resolved here, every address is judged, and the connection is made to the very
address that was judged, so that a name cannot change its mind in between (DNS rebinding).
"""

from __future__ import annotations

import ipaddress
import socket
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

from ingest.errors import LoadError, UnsafeSourceError
from ingest.loaders import reasons
from ingest.loaders.limits import DEFAULT_LIMITS, Limits
from ingest.loaders.sources import display_name

_PORTS = {"http": 80, "https": 443}
_REDIRECTS = frozenset((301, 302, 303, 307, 308))
_OK = 200
# Content types that can hold a report; others are refused before the body is read.
_TYPES = ("text/", "application/", "multipart/related", "message/rfc822", "binary/octet-stream")
_NEVER = ("application/javascript", "application/json", "text/css", "text/javascript")
_AGENT = "wenbao (annual report reader)"
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_HOST_LENGTH = 253


@dataclass(frozen=True, slots=True)
class Page:
    """What came back. `url` is the last one after redirects, `charset` what its header declared."""

    url: str
    data: bytes
    charset: str | None


def fetch(url: str, *, limits: Limits = DEFAULT_LIMITS, allow_private_hosts: bool = False) -> Page:
    """Get `url`. Raises UnsafeSourceError (address, size) and LoadError (all other reasons)."""
    name = display_name(url)
    deadline = time.monotonic() + limits.url_seconds
    for _ in range(limits.url_redirects + 1):
        address = judged_address(url, name, allow_private_hosts)
        answer = _get(url, address, name, limits, deadline)
        if isinstance(answer, Page):
            return answer
        url = urljoin(url, answer)
    raise LoadError(name, reasons.URL_REDIRECTS)


def judged_address(url: str, name: str, allow_private: bool) -> str:
    """An address of the host that may be connected to."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port or _PORTS.get(parts.scheme.lower(), 0)
    except ValueError as error:
        raise LoadError(name, reasons.URL_BAD) from error
    if parts.scheme.lower() not in _PORTS:
        raise UnsafeSourceError(name, reasons.URL_SCHEME)
    if not host or len(host) > _HOST_LENGTH or not url.isprintable() or " " in url:
        raise LoadError(name, reasons.URL_BAD)
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise LoadError(name, reasons.URL_UNRESOLVED) from error
    addresses = [str(entry[4][0]) for entry in found]
    if not allow_private and not all(map(_is_public, addresses)):
        raise UnsafeSourceError(name, reasons.URL_PRIVATE)
    return addresses[0]


def _is_public(address: str) -> bool:
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour
        if inner is None and ip in _NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return _is_public(str(inner))
    return ip.is_global and not ip.is_multicast


def _get(url: str, address: str, name: str, limits: Limits, deadline: float) -> Page | str:
    """One hop: the page, or the Location it points to."""
    import httpx

    target = httpx.URL(url)
    pinned = target.copy_with(host=address.partition("%")[0])
    headers = {"Host": target.netloc.decode("ascii"), "User-Agent": _AGENT}
    try:
        # trust_env off: a proxy from the environment would resolve the name again.
        with (
            httpx.Client(trust_env=False, timeout=_left(deadline, name)) as client,
            client.stream(
                "GET", pinned, headers=headers, extensions={"sni_hostname": target.host}
            ) as response,
        ):
            if response.status_code in _REDIRECTS and "location" in response.headers:
                return str(response.headers["location"])
            _check_answer(response, name)
            data = _body(response, name, limits, deadline)
            return Page(url, data, response.charset_encoding)
    except httpx.TimeoutException as error:
        raise LoadError(name, reasons.URL_TIMEOUT) from error
    except httpx.InvalidURL as error:
        raise LoadError(name, reasons.URL_BAD) from error
    except httpx.HTTPError as error:
        raise LoadError(name, reasons.URL_UNREACHABLE.format(detail=_detail(error))) from error


def _detail(error: Exception) -> str:
    return " ".join(str(error).split())[:120] or type(error).__name__


def _left(deadline: float, name: str) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise LoadError(name, reasons.URL_TIMEOUT)
    return left


def _check_answer(response: Any, name: str) -> None:
    if response.status_code != _OK:
        raise LoadError(name, reasons.URL_STATUS.format(status=response.status_code))
    kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind and (not kind.startswith(_TYPES) or kind in _NEVER):
        raise LoadError(name, reasons.URL_TYPE.format(media_type=display_name(kind)[:80]))


def _body(response: Any, name: str, limits: Limits, deadline: float) -> bytes:
    """The body, its size counted as unpacked; a slow drip ends at the deadline."""
    pieces = []
    size = 0
    for piece in response.iter_bytes(65_536):
        size += len(piece)
        if size > limits.url_bytes:
            limit = limits.url_bytes // 1024 // 1024
            raise UnsafeSourceError(name, reasons.TOO_LARGE.format(limit=limit))
        _left(deadline, name)
        pieces.append(piece)
    return b"".join(pieces)
