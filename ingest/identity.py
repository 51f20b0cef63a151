"""Who published a report, for which year, under which title; with a warning where in doubt.

The year is weighed, not taken from one place: the title and the period sentence (统计期限) count
most; years in the text, the file name and the day of publication (the year after) break a tie.
If title and period still weigh the same the title wins, since readers know the report by it and
the period sentence is the one that is carried over from last year's file.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import PurePath
from urllib.parse import unquote, urlsplit

from ingest.document import Document, Heading, Paragraph
from ingest.structure.numerals import western_years
from ingest.structure.outline import is_noise
from ingest.structure.patterns import compiled, patterns
from ingest.structure.text import fold, half_width, normal, simplified

_YEAR_IN_TEXT = re.compile(r"((?:19|20)\d{2})\s*年")
_YEAR_IN_NAME = re.compile(r"(?<!\d)((?:19|20)\d{2})(?!\d)")
_FIRST_LINES = 40
_LONGEST_TITLE = 90
_WEIGHTS = {"标题": 4, "统计期限": 4, "正文": 2, "发布日期": 1, "文件名": 1}
_ALONE = ("标题", "统计期限", "正文")  # enough to tell the year when nothing else does


@dataclass(frozen=True, slots=True)
class Identity:
    """`sure`: publisher and year are both known and nothing speaks against the year."""

    title: str
    publisher: str
    year: int | None
    sure: bool = True
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Title:
    text: str
    publisher: str
    year: int | None


def identify(
    document: Document, *, publisher: str | None = None, year: int | None = None
) -> Identity:
    """Title, publisher and year of a document; what the caller names is taken as it is."""
    lines = _lines(document)
    titles = _titles(document, lines)
    warnings: list[str] = []
    found_publisher = publisher or _publisher(document, lines, titles, warnings)
    found_year, sure = (year, True) if year else _year(document, lines, titles, warnings)
    title = _title_text(document, lines, titles, found_publisher, found_year)
    return Identity(
        title, found_publisher, found_year, sure and bool(found_publisher), tuple(warnings)
    )


def _lines(document: Document) -> list[str]:
    """Headings and paragraphs as read, Chinese years in Arabic digits."""
    texts = (b.text for b in document.blocks if isinstance(b, Heading | Paragraph))
    return [western_years(fold(text)) for text in texts if fold(text)]


# Titles


def _titles(document: Document, lines: Sequence[str]) -> list[_Title]:
    """Every title found, the most telling first: headings and lines, then the page's meta."""
    found = _line_titles(lines[:_FIRST_LINES])
    meta = [document.meta.get(key, "") for key in patterns()["identity"]["title_meta"]]
    shown = (western_years(fold(text)) for text in (*meta, document.title or ""))
    found.extend(title for text in shown if (title := _parsed(text)))
    complete = [title for title in found if title.publisher and title.year]
    return [*complete, *(title for title in found if title not in complete)]


def _line_titles(lines: Sequence[str]) -> list[_Title]:
    """Titles among the lines. One that does not name its organ in full is joined with the one
    or two short lines before it: titles are often broken."""
    found = []
    for place, line in enumerate(lines):
        title = _parsed(line)
        for reach in (1, 2):
            parts = lines[max(0, place - reach) : place + 1]
            whole = title is not None and _names_organ(title)
            if whole or len(parts) <= reach or not all(_may_be_part(part) for part in parts):
                break
            title = _parsed("".join(parts)) or title
        if title is not None:
            found.append(title)
    return found


def _names_organ(title: _Title) -> bool:
    """Not empty, and not only the last half of a name (人民政府)."""
    return bool(title.publisher) and not re.fullmatch(_rule("half_organ"), title.publisher)


def _may_be_part(line: str) -> bool:
    marks = re.search(r"[。；;:：，,|>]", half_width(line))
    return len(line) <= 40 and not marks and not is_noise(line)


def _parsed(text: str) -> _Title | None:
    if len(text) > _LONGEST_TITLE or "。" in text:
        return None
    clean = _cleaned(text)
    spot = next((s for p in compiled("titles") if (s := p.search(simplified(clean)))), None)
    if spot is None or len(clean) - spot.end() > 8:
        return None
    # simplified() keeps lengths for these characters, so the offsets hold in `clean`.
    head, tail = clean[: spot.start()], clean[spot.end() :]
    year = re.search(_rule("year"), head) or re.search(_rule("year"), tail)
    organ = re.sub(_rule("year"), "", head)
    organ = re.sub(_rule("opening"), "", organ).strip("的 《》<>“”\"'()（）-—·:：,，")
    organ = organ.removesuffix("关于")
    if re.search(r"[，,；;:：、]|根据|依据|编制|公布|\d{3}", organ) or len(organ) > 40:
        return None
    return _Title(clean, organ, int(year[1]) if year else None)


def _cleaned(text: str) -> str:
    clean = fold(half_width(text).replace("〈", "《").replace("〉", "》"))
    for _ in range(2):
        clean = re.sub(_rule("title_prefix"), "", clean)
    clean = re.sub(_rule("site_suffix"), "", clean)
    clean = re.sub(_rule("title_suffix"), "", clean).strip()
    return clean.strip("《》<> ") if clean.startswith(("《", "<")) else clean


def _rule(name: str) -> str:
    return str(patterns()["identity"][name])


def _title_text(
    document: Document,
    lines: Sequence[str],
    titles: Sequence[_Title],
    publisher: str,
    year: int | None,
) -> str:
    if titles and titles[0].publisher:
        return titles[0].text
    if publisher and year and titles:
        return f"{publisher}{year}年{titles[0].text.replace(str(year), '').lstrip('年度的 ')}"
    named = titles[0].text if titles else fold(document.title or "")
    heading = next((fold(b.text) for b in document.blocks if isinstance(b, Heading)), "")
    return named or heading or (lines[0][:_LONGEST_TITLE] if lines else _stem(document.source))


# Publisher


def _publisher(
    document: Document, lines: Sequence[str], titles: Sequence[_Title], warnings: list[str]
) -> str:
    from_titles = list(dict.fromkeys(title.publisher for title in titles if title.publisher))
    others = list(dict.fromkeys(_other_publishers(document, lines)))
    if from_titles:
        rivals = [name for name in from_titles[1:] if not _same_organ(name, from_titles[0])]
        if rivals:
            warnings.append(f"发布机构有两种写法：{from_titles[0]}、{rivals[0]}，取前者")
        return from_titles[0]
    if others:
        rivals = [name for name in others[1:] if not _same_organ(name, others[0])]
        more = f"（另见{rivals[0]}）" if rivals else ""
        warnings.append(f"标题里没有发布机构，取自正文或页面信息：{others[0]}{more}")
        return others[0]
    warnings.append("未找到发布机构，可用 --publisher 指定")
    return ""


def _same_organ(one: str, other: str) -> bool:
    left, right = normal(one), normal(other)
    return left in right or right in left


def _other_publishers(document: Document, lines: Sequence[str]) -> Iterable[str]:
    label = re.compile(_rule("publisher_label"))
    organ = re.compile(_rule("organ"))
    yield from (found[1].strip() for line in lines if (found := label.search(line)))
    yield from _signatures(lines, organ)
    drawn_up = re.compile(_rule("drawn_up"))
    for line in lines[:_FIRST_LINES]:
        found = drawn_up.search(line)
        if found and "条例" in line and organ.search(found[1].strip("，, ")):
            yield found[1].strip("，, ")
    for key in patterns()["identity"]["publisher_meta"]:
        name = fold(document.meta.get(key, ""))
        if name and len(name) <= 30 and organ.search(name):
            yield name


def _signatures(lines: Sequence[str], organ: re.Pattern[str]) -> Iterable[str]:
    """The line above a date that stands alone, near the end: who signs."""
    date = re.compile(_rule("signature_date"))
    for above, line in pairwise(lines):
        if date.fullmatch(line) and len(above) <= 30 and organ.search(above):
            yield above


# Year


def _year(
    document: Document, lines: Sequence[str], titles: Sequence[_Title], warnings: list[str]
) -> tuple[int | None, bool]:
    votes = _year_votes(document, lines, titles)
    if not votes:
        warnings.append("未找到报告年份，可用 --year 指定")
        return None, False
    weight: Counter[int] = Counter()
    for source, year in votes:
        weight[year] += _WEIGHTS[source]
    order = list(_WEIGHTS)
    best = max(weight, key=lambda y: (weight[y], -min(order.index(s) for s, v in votes if v == y)))
    strong = {year: source for source, year in reversed(votes) if source in _ALONE[:2]}
    rivals = [(source, year) for year, source in strong.items() if year != best]
    own = next(source for source, year in votes if year == best)
    if rivals:
        others = "、".join(f"{source}为{year}年" for source, year in rivals)
        warnings.append(f"年份有出入：{own}为{best}年，{others}；取{best}年，可用 --year 指定")
        return best, False
    if own not in _ALONE[:2]:
        warnings.append(f"标题和统计期限里没有年份，按{own}取{best}年，可用 --year 指定")
        return best, False
    return best, True


def _year_votes(
    document: Document, lines: Sequence[str], titles: Sequence[_Title]
) -> list[tuple[str, int]]:
    votes = [("标题", year) for year in dict.fromkeys(t.year for t in titles if t.year)]
    votes += [("统计期限", year) for year in dict.fromkeys(_period_years(lines))]
    text = Counter(int(y) for line in _told(lines) for y in _YEAR_IN_TEXT.findall(line))
    ranked = text.most_common(2)
    if ranked and (len(ranked) == 1 or ranked[0][1] > ranked[1][1]):
        votes.append(("正文", ranked[0][0]))
    published = re.compile(_rule("published"))
    days = [int(found[1]) for line in lines if (found := published.search(half_width(line)))]
    dated = (text[:4] for key, text in document.meta.items() if "date" in key.lower())
    days += [int(year) for year in dated if year.isdecimal()]
    votes += [("发布日期", day - 1) for day in dict.fromkeys(days[:1])]
    votes += [("文件名", int(y)) for y in _YEAR_IN_NAME.findall(_stem(document.source))[:1]]
    return votes


def _told(lines: Sequence[str]) -> Iterable[str]:
    """Lines that tell of the year: neither title nor period sentence nor a day."""
    known = [re.compile(rule) for rule in (*patterns()["identity"]["period"], _rule("published"))]
    date = re.compile(_rule("signature_date"))
    for line in lines:
        plain = half_width(line)
        dated = date.fullmatch(plain) or any(rule.search(plain) for rule in known)
        if not dated and _parsed(line) is None:
            yield line


def _period_years(lines: Sequence[str]) -> Iterable[int]:
    rules = [re.compile(rule) for rule in patterns()["identity"]["period"]]
    for line in lines:
        plain = half_width(line)
        found = next((spot for rule in rules if (spot := rule.search(plain))), None)
        if found:
            yield int(found[2] or found[1])


def _stem(source: str) -> str:
    path = unquote(urlsplit(source).path) if "://" in source else source
    return PurePath(path).stem
