"""Variant: one way in which reports meet us; a registry that renderers add themselves to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from eval.synthetic.layout import Raster, layouts, rasters
from eval.synthetic.spec import Spec


@dataclass(frozen=True, slots=True)
class Variant:
    """`render` gives the bytes of the file; `family` is what accuracy is summed by."""

    name: str
    family: str
    suffix: str
    render: Callable[[Spec, Random], bytes]
    browser: bool = False  # needs Chromium


VARIANTS: dict[str, Variant] = {}
Renderer = Callable[[Spec, Random], bytes]


def variant(name: str, suffix: str, *, browser: bool = False) -> Callable[[Renderer], Renderer]:
    """Register a renderer under `name`; its family is the part before the first `_`."""

    def register(render: Renderer) -> Renderer:
        VARIANTS[name] = Variant(name, name.split("_")[0], suffix, render, browser)
        return render

    return register


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with what stands under it: paragraphs, then perhaps a table."""

    heading: str
    paragraphs: tuple[str, ...] = ()
    raster: Raster | None = None


def sections(spec: Spec) -> list[Section]:
    """The six sections of `spec` in print order."""
    tables = rasters(spec.form, spec.printed)
    problems = [f"{'一二三'[n]}是{text}。" for n, text in enumerate(spec.problems)]
    steps = [f"{'一二三'[n]}是{text}。" for n, text in enumerate(spec.improvements)]
    overview = tuple(sentence.text for sentence in spec.overview)
    contents = (
        Section("", overview),
        *(Section("", (), table) for table in tables),
        Section("", ("（一）存在的主要问题", "".join(problems), "（二）改进情况", "".join(steps))),
        Section("", (spec.other.text,)),
    )
    headings = layouts()["headings"]
    return [
        Section(heading, part.paragraphs, part.raster)
        for heading, part in zip(headings, contents, strict=True)
    ]
