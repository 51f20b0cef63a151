"""Formula: work out an answer's formula as printed, to see whether it gives the answer's value."""

from __future__ import annotations

import re
from decimal import Decimal, DivisionByZero, InvalidOperation, localcontext

from eval.match import seen

TOKEN = re.compile(r"\s*(\d+(?:\.\d+)?%?|[-+*/()])")
SIGNS = str.maketrans({"×": "*", "÷": "/", "−": "-", "–": "-", "x": "*"})
LIMIT = 2000


def formula_value(text: str) -> Decimal | None:
    """The value of `374 ÷ 3259 × 100%`, in percent where it ends so; None where it is no plain
    arithmetic (words, an unknown sign, a division by zero)."""
    plain = seen(text).partition("=")[0].translate(SIGNS)
    percent = plain.rstrip().endswith("*100%")
    tokens = _tokens(plain.removesuffix("*100%") if percent else plain)
    if not tokens:
        return None
    try:
        with localcontext() as context:
            context.prec = 50
            value = _Parser(tokens).whole()
    except (_NoFormulaError, DivisionByZero, InvalidOperation, RecursionError):
        return None
    return value * 100 if percent else value


class _NoFormulaError(Exception):
    """Not a formula of plain arithmetic."""


def _tokens(text: str) -> list[str] | None:
    tokens: list[str] = []
    place = 0
    text = text.strip()
    while place < len(text) and len(tokens) < LIMIT:
        match = TOKEN.match(text, place)
        if match is None:
            return None
        tokens.append(match.group(1))
        place = match.end()
    return tokens


class _Parser:
    """Sums of products of numbers and brackets."""

    def __init__(self, tokens: list[str]) -> None:
        self._tokens = tokens
        self._place = 0

    def whole(self) -> Decimal:
        value = self._sum()
        if self._place != len(self._tokens):
            raise _NoFormulaError
        return value

    def _next(self) -> str:
        return self._tokens[self._place] if self._place < len(self._tokens) else ""

    def _take(self) -> str:
        token = self._next()
        self._place += 1
        return token

    def _sum(self) -> Decimal:
        value = self._product()
        while self._next() in ("+", "-"):
            value = value + self._product() if self._take() == "+" else value - self._product()
        return value

    def _product(self) -> Decimal:
        value = self._atom()
        while self._next() in ("*", "/"):
            value = value * self._atom() if self._take() == "*" else value / self._atom()
        return value

    def _atom(self) -> Decimal:
        token = self._take()
        if token == "-":
            return -self._atom()
        if token == "(":
            value = self._sum()
            if self._take() != ")":
                raise _NoFormulaError
            return value
        if not token or not token[0].isdigit():
            raise _NoFormulaError
        number = Decimal(token.rstrip("%"))
        return number / 100 if token.endswith("%") else number
