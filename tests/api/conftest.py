"""The servers that the tests of the interface share."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from api_site import Site, serving


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Open to callers without a key, with a rate that no test reaches."""
    yield from serving(tmp_path_factory.mktemp("site"), rate_limit=100_000)


@pytest.fixture(scope="session")
def shut(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Only for keys, three requests a minute for what comes without, behind a proxy."""
    folder = tmp_path_factory.mktemp("shut")
    yield from serving(folder, rate_limit=3, api_key_required=True, trust_forwarded=True)


@pytest.fixture
def http(site: Site) -> Iterator[httpx.Client]:
    with site.client() as made:
        yield made
