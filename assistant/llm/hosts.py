"""Hosts: whether a server is on this machine or in the private network, told by its addresses."""

from __future__ import annotations

import ipaddress
import socket
from urllib.parse import urlsplit

from ingest.errors import LlmError

# Loopback, RFC 1918 and RFC 4193. `is_private` of the library holds more, link-local among it,
# where clouds keep their metadata.
_LOCAL = tuple(
    ipaddress.ip_network(net)
    for net in ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1", "fc00::/7")
)


def is_loopback(url: str) -> bool:
    """By the name alone: localhost or a loopback address."""
    host = urlsplit(url).hostname or ""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def require_local(url: str) -> None:
    """Raises LlmError (forbidden) unless every address of the host is loopback or private."""
    host = urlsplit(url).hostname or ""
    try:
        found = socket.getaddrinfo(host, None, proto=socket.IPPROTO_TCP)
    except (OSError, UnicodeError) as error:
        raise LlmError("forbidden", f"llm_local_only：{host} 无法解析，不能确认在本地") from error
    if not found or not all(_is_local(str(entry[4][0])) for entry in found):
        raise LlmError("forbidden", f"llm_local_only 不允许连接外部主机 {host}")


def _is_local(text: str) -> bool:
    address = ipaddress.ip_address(text.partition("%")[0])
    address = getattr(address, "ipv4_mapped", None) or address
    return any(address.version == net.version and address in net for net in _LOCAL)
