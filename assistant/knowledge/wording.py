"""Wording: an entry, a deadline or a fee as text, with the citations that belong to it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from assistant.answer import Citation
from assistant.knowledge.pack import Article, Entry, Pack


def day_text(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def days_text(days: Sequence[date]) -> str:
    """Runs of days as "10月1日至10月7日"."""
    runs: list[list[date]] = []
    for day in days:
        if runs and (day - runs[-1][-1]).days == 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return "、".join(_run(run) for run in runs)


def _run(run: Sequence[date]) -> str:
    first, last = run[0], run[-1]
    text = f"{first.month}月{first.day}日"
    return text if first == last else f"{text}至{last.month}月{last.day}日"


def entry_lines(entry: Entry, pack: Pack) -> list[str]:
    """The rule and its articles."""
    return [pack.say("rule", name=entry.name, rule=entry.rule), basis(entry, pack)]


def basis(entry: Entry, pack: Pack) -> str:
    laws = [pack.regulations[article.law] for article in entry.articles]
    named = "、".join(
        law.name + article.at for law, article in zip(laws, entry.articles, strict=True)
    )
    effective = "、".join(dict.fromkeys(day_text(law.effective) for law in laws))
    return pack.say("article", articles=named, effective=effective, checked=day_text(entry.checked))


def steps(entry: Entry, pack: Pack) -> list[str]:
    return [pack.say("next"), *(pack.say("step", step=step) for step in entry.next)]


def citations(
    articles: Sequence[Article], quote: str, pack: Pack, source: str
) -> tuple[Citation, ...]:
    """One citation of kind "text" per regulation; `quote` is our summary, not the article."""
    made = []
    for article in articles:
        law = pack.regulations[article.law]
        made.append(
            Citation(
                "text",
                f"{law.name}（{law.number}）",
                "",
                law.issuer,
                law.effective.year,
                article.at,
                quote,
                source,
            )
        )
    return tuple(made)
