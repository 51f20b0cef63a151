"""Conversations: an operation goes on to another measure, a year that was found, sums whose parts
are spoken of, the same here and there."""

from fractions import Fraction
from pathlib import Path

import pytest

from assistant.answer import Answer
from tests.assistant.conftest import ready

CLOSED_2021, ALL_HAIDIAN = Fraction(182, 184 + 20), Fraction(3259, 3091 + 425)


def _last(tmp_path: Path, turns: str) -> Answer:
    """The answer to the last of the turns, which "|" parts."""
    assistant = ready(tmp_path)
    for turn in turns.split("|"):
        answer = assistant.ask(turn, session="talk")
    return answer
