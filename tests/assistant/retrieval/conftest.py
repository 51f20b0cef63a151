"""A small library of fictional reports, read and stored by the real road."""

from collections.abc import Iterator

import pytest

from eval.training.corpus import Corpus, open_corpus

JIA, YI, BING = "sample-jia-2022.txt", "sample-yi-edu-2023.txt", "sample-bing-2021.txt"


@pytest.fixture(scope="session")
def corpus() -> Iterator[Corpus]:
    with open_corpus([JIA, YI, BING]) as opened:
        yield opened
