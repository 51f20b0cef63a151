"""Logs without personal data, whoever writes them."""

from __future__ import annotations

import logging
from typing import Any

from assistant.desk.privacy import mask, mask_deep

_unmasked = logging.LogRecord


def mask_logs() -> None:
    """From now on every log record of this process is masked: its text, its arguments, its
    traceback. For an entry point to call, once."""
    logging.setLogRecordFactory(masked_record)


def unmask_logs() -> None:
    """Takes `mask_logs` back."""
    logging.setLogRecordFactory(_unmasked)


def masked_record(*args: Any, **kwargs: Any) -> logging.LogRecord:
    """A record whose arguments keep their number and kind, for formatters that look at them."""
    record = _unmasked(*args, **kwargs)
    record.msg = _masked(record.msg)
    if isinstance(record.args, tuple):
        record.args = tuple(map(_masked, record.args))
    elif record.args:
        record.args = mask_deep(record.args)
    if record.exc_info and record.exc_info[0] is not None:
        record.exc_text = mask(logging.Formatter().formatException(record.exc_info))
    return record


def _masked(value: Any) -> Any:
    return mask(str(value)) if isinstance(value, BaseException) else mask_deep(value)
