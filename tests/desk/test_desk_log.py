"""Log records are masked, whichever logger and however the text got in."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator

import pytest

from assistant.desk.log import mask_logs, unmask_logs

PHONE = "13800138000"


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    logger = logging.getLogger("some.library")
    logger.addHandler(handler)
    mask_logs()
    yield stream
    unmask_logs()
    logger.removeHandler(handler)


def test_text_arguments_and_tracebacks(written: io.StringIO) -> None:
    log = logging.getLogger("some.library")
    log.warning("call " + PHONE)
    log.warning("call %s, %d times", PHONE, 3)
    log.warning("call %(who)s", {"who": PHONE})
    log.warning("%s", ValueError(PHONE))
    try:
        raise ValueError(PHONE)
    except ValueError:
        log.exception("failed")
    text = written.getvalue()
    assert PHONE not in text and text.count("【电话号码】") == 5
    assert "3 times" in text and "Traceback" in text
