"""The guard: digits that nothing accounts for, and figures changed behind the store's back."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from asking import DIGITS, figure, national
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant import guard
from assistant.answer import Answer
from assistant.assistant import Assistant
from assistant.formula import Cell, Quotient, total
from assistant.wording import Shown

PLACE = "示例市甲县人民政府"
QUESTIONS = (
    "2024年海淀区予以公开的占多少?",
    "2024年海淀区不予公开一共多少件?",
    "2024年海淀区新收多少件",
    "2024年海淀区行政事业性收费多少万元",
    "2024年海淀区和示例区新收申请相差多少",
    "示例区2023年新收比2022年增长多少",
    "示例区历年新收申请的趋势",
    "示例区2020年到2024年新收申请平均多少件",
    "海淀区2024年不予公开的理由前3名",
    "2024年海淀区办结率",
    "示例区2020年行政许可处理决定数量",
)


def shown(*raws: str, words: Iterable[str] = ()) -> Shown:
    nodes: list[Any] = [Cell(figure(raw)) for raw in raws]
    return Shown(nodes, list(words))


@pytest.mark.parametrize("text", ["新收374件。", "2024年新收374件。", "新收374件，占不到374。"])
def test_numbers_of_the_trees_and_years_pass(text: str) -> None:
    assert guard.untraced(text, shown("374"), [2024]) == []


@pytest.mark.parametrize(
    ("text", "loose"),
    [
        ("新收375件。", ["375"]),
        ("新收37件。", ["37"]),
        ("新收3740件。", ["3740"]),
        ("新收374.5件。", ["374.5"]),
        ("2023年新收374件。", ["2023"]),
        ("新收374件，结转8件。", ["8"]),
        ("新收３７５件。", ["３７５"]),
    ],
)
def test_a_digit_from_nowhere_is_reported(text: str, loose: list[str]) -> None:
    assert guard.untraced(text, shown("374"), [2024]) == loose


def test_labels_and_quotations_may_hold_digits() -> None:
    quoted = "政务公开工作要点共39项，落实《条例》第20条。"

    assert guard.untraced(f"报告原文：“{quoted}”", shown(words=[quoted]), []) == []
    assert guard.untraced(f"报告原文：“{quoted}”共40项。", shown(words=[quoted]), []) == ["40"]


def test_a_share_may_be_rounded_but_not_otherwise() -> None:
    node = Quotient(Cell(figure("374")), Cell(figure("3259")), 100)
    traced = Shown([node], [])

    assert guard.untraced("374 ÷ 3259 × 100% = 11.48%", traced, []) == []
    assert guard.untraced("占11.475912856%。", traced, []) == ["11.475912856"]
    assert guard.untraced("占11.5%。", traced, []) == ["11.5"]
    assert guard.untraced("占11.47%。", traced, []) == ["11.47"]


def test_a_part_of_a_formula_is_traced_but_no_other_sum() -> None:
    node = total([Cell(figure("1")), Cell(figure("20")), Cell(figure("300"))])

    assert guard.untraced("1 + 20 + 300 = 321件", Shown([node], []), []) == []
    assert guard.untraced("320件", Shown([node], []), []) == ["320"]


# ---- figures that were changed or removed after they were read ----


@pytest.fixture
def library(asking: Any) -> Any:
    return asking(national(PLACE, 2024, {"new.total": "374", "handled.total": "3259"})).library


def change(library: Any, statement: str) -> None:
    """Write to the database file as no code of ours would."""
    files = list(Path(library.settings.data_dir).rglob("*.sqlite*")) or list(
        Path(library.settings.data_dir).rglob("*.db")
    )
    with sqlite3.connect(files[0]) as connection:
        assert connection.execute(statement).rowcount == 1
    connection.close()


def test_unchanged_figures_pass(library: Any) -> None:
    assert guard.altered([Cell(one) for one in library.figures()], library) == []


@pytest.mark.parametrize("value", ["375", "37.4", "-374"])
def test_a_changed_value_is_noticed(library: Any, value: str) -> None:
    figures = library.figures()
    tree = total([Cell(one) for one in figures])
    change(library, f"UPDATE figures SET value = '{value}' WHERE raw = '374'")

    assert guard.altered([tree], library) == [f"{PLACE}-2024:new.total:0"]


def test_a_value_made_blank_is_noticed(library: Any) -> None:
    tree = total([Cell(one) for one in library.figures()])
    change(library, "UPDATE figures SET value = NULL, kind = 'blank' WHERE raw = '374'")

    assert len(guard.altered([tree], library)) == 1


def test_a_removed_report_is_noticed(library: Any) -> None:
    tree = total([Cell(one) for one in library.figures()])
    library.remove(f"{PLACE}-2024")

    assert len(guard.altered([tree], library)) == 2


def test_another_spelling_of_the_same_number_is_no_change(library: Any) -> None:
    figures = [one for one in library.figures() if one.value == Decimal("374")]
    change(library, "UPDATE figures SET value = '374.0' WHERE raw = '374'")

    assert guard.altered([Cell(one) for one in figures], library) == []


class Tampering:
    """A library whose figures change between the computation and the check."""

    def __init__(self, library: Any) -> None:
        self._library = library
        self.tampered = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._library, name)

    def figures_by_id(self, ids: Iterable[str]) -> Any:
        if not self.tampered:
            change(self._library, "UPDATE figures SET value = '375' WHERE raw = '374'")
            self.tampered = True
        return self._library.figures_by_id(ids)


def test_an_answer_over_changed_figures_is_not_shown(
    asking: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    assistant = asking(national(PLACE, 2024, {"new.total": "374"}))
    monkeypatch.setattr(assistant, "library", Tampering(assistant.library))

    answer = assistant.ask("2024年甲县新收申请多少件")

    assert answer.status == "error"
    assert answer.value is None
    assert not DIGITS.findall(answer.text)


def test_an_answer_with_a_loose_digit_is_not_shown(
    asking: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A message that brings a number of its own along."""
    assistant = asking(national(PLACE, 2024, {"new.total": "374"}))
    real = guard.untraced
    monkeypatch.setattr(guard, "untraced", lambda text, *rest: real(f"{text}共98765件", *rest))

    answer = assistant.ask("2024年甲县新收申请多少件")

    assert (answer.status, answer.value) == ("error", None)
    assert "374" not in answer.text


# ---- no mutated answer passes ----


@dataclass(frozen=True)
class Checked:
    """One real answer with what the guard was given for it."""

    answer: Answer
    text: str
    shown: Shown
    years: tuple[int, ...]

    def accounted(self) -> set[str]:
        """Every number that the answer's record accounts for, found without the guard."""
        answer = self.answer
        sources = [answer.formula or "", answer.value or "", answer.question, *answer.warnings]
        sources += [part for item in answer.items for part in (item.label, item.value or "")]
        sources += [citation.quote for citation in answer.citations]
        sources += [str(year) for year in self.years]
        return {number for source in sources for number in DIGITS.findall(source)}


@pytest.fixture(scope="module")
def checked(sample: Assistant) -> list[Checked]:
    seen: list[Checked] = []
    real = guard.untraced
    with pytest.MonkeyPatch.context() as patch:
        for question in QUESTIONS:
            calls: list[tuple[str, Shown, tuple[int, ...]]] = []

            def keep(
                text: str, shown: Shown, years: Iterable[int], calls: list[Any] = calls
            ) -> list[str]:
                calls.append((text, shown, tuple(years)))
                return real(*calls[-1])

            patch.setattr(guard, "untraced", keep)
            answer = sample.ask(question)
            assert answer.status == "answered", question
            seen.append(Checked(answer, *calls[0]))
    return seen


def test_real_answers_pass(checked: list[Checked]) -> None:
    for one in checked:
        assert guard.untraced(one.text, one.shown, one.years) == []


@given(data=st.data())
@settings(max_examples=300)
def test_no_changed_digit_passes(checked: list[Checked], data: st.DataObject) -> None:
    one = data.draw(st.sampled_from(checked))
    at = data.draw(st.sampled_from([i for i, c in enumerate(one.text) if c.isdigit()]))
    digit = data.draw(st.sampled_from([d for d in "0123456789" if d != one.text[at]]))
    text = one.text[:at] + digit + one.text[at + 1 :]
    changed = next(m[0] for m in DIGITS.finditer(text) if m.start() <= at < m.end())

    loose = guard.untraced(text, one.shown, one.years)

    assert changed in loose or _traced(changed, one), (one.text, text)


def _traced(number: str, one: Checked) -> bool:
    """Whether another number of the same answer reads the same, as printed or rounded, or it is
    the place in a ranking."""
    known = one.accounted()
    rounded = {f"{abs(Decimal(value)):.2f}" for value in known}
    places = {str(place) for place in range(1, len(one.answer.items) + 1)}
    return number in known | rounded | places
