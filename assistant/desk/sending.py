"""POST to the address of `webhook_url`, and never to an inner one by a detour.

The host is resolved here, every address is judged, and the connection is made to the very address
that was judged; redirects are not followed. Only hosts named in `webhook_hosts` may be inside the
network or without https.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from ingest.errors import LoadError
from ingest.loaders.fetch import judged_address

SECONDS = 10.0


def send(url: str, body: bytes, headers: dict[str, str], hosts: tuple[str, ...]) -> str:
    """What went wrong, in one line without the body; "" where the answer was 2xx."""
    import httpx

    parts = urlsplit(url)
    allowed = (parts.hostname or "") in hosts
    if parts.scheme != "https" and not allowed:
        return "设置 webhook_url 须是 https，或者把主机写进 webhook_hosts"
    try:
        address = judged_address(url, parts.hostname or url, allowed)
    except LoadError as error:
        return str(error)
    target = httpx.URL(url)
    named = {**headers, "Host": target.netloc.decode("ascii")}
    pinned = target.copy_with(host=address.partition("%")[0])
    try:
        # trust_env off: a proxy from the environment would resolve the name again.
        with httpx.Client(trust_env=False, timeout=SECONDS, follow_redirects=False) as client:
            extensions = {"sni_hostname": target.host}
            request = client.build_request(
                "POST", pinned, content=body, headers=named, extensions=extensions
            )
            response = client.send(request, stream=True)  # what it says does not matter
            response.close()
    except httpx.HTTPError as error:
        return type(error).__name__
    return "" if response.is_success else f"HTTP {response.status_code}"
