"""Prompts: the files in prompts/, each with its variables declared, rendered by one loader.

A file is YAML between two lines of `---` (name, version, use, variables, data) and then the
messages, each under `## system` or `## user`. `{{name}}` is a variable; one that is named under
`data` is text of a user or a report and is put between signs that it cannot forge.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

import yaml

from assistant.llm.fence import fenced, nonce_of
from ingest.errors import FormError

FOLDER = files("prompts")
_VARIABLE = re.compile(r"\{\{\s*(\w+)\s*\}\}")
_ROLE = re.compile(r"^## (system|user|assistant)\s*$", re.MULTILINE)
_KEYS = {"name", "version", "use", "variables", "data"}
FENCE = "fence"  # always there: the nonce, for the rule that explains the signs


@dataclass(frozen=True, slots=True)
class Rendered:
    """Messages for a model, and which prompt they were made of."""

    name: str
    version: str
    messages: tuple[dict[str, Any], ...]
    nonce: str = ""  # of its fences, for data that comes later in the same conversation

    def then(self, *messages: Mapping[str, Any]) -> Rendered:
        """The same prompt with the conversation gone on."""
        messages_now = (*self.messages, *map(dict, messages))
        return Rendered(self.name, self.version, messages_now, self.nonce)


@dataclass(frozen=True, slots=True)
class Prompt:
    """One file. `version` is the number in it and a hash of all of it: "1-0a1b2c3d"."""

    name: str
    version: str
    use: str
    variables: tuple[str, ...]
    data: tuple[str, ...]
    messages: tuple[tuple[str, str], ...]

    def render(self, **values: object) -> Rendered:
        """Raises FormError naming each variable that is missing or not declared."""
        missing = [name for name in self.variables if name not in values]
        extra = [name for name in values if name not in self.variables]
        if missing or extra:
            said = [f"缺少 {'、'.join(missing)}"] if missing else []
            said += [f"多出 {'、'.join(extra)}"] if extra else []
            raise FormError(f"prompts/{self.name}.md：变量{'，'.join(said)}")
        texts = {name: str(value) for name, value in values.items()}
        nonce = nonce_of({**texts, "": self.name})
        texts |= {name: fenced(name, texts[name], nonce) for name in self.data}
        texts[FENCE] = nonce
        messages = tuple(
            {"role": role, "content": _VARIABLE.sub(lambda found: texts[found[1]], body)}
            for role, body in self.messages
        )
        return Rendered(self.name, self.version, messages, nonce)


@lru_cache(maxsize=64)
def prompt(name: str) -> Prompt:
    """The prompt of that name. Raises FormError where there is none or it is malformed."""
    return parse(FOLDER / f"{name}.md")


def all_prompts() -> tuple[Prompt, ...]:
    names = sorted(entry.name for entry in FOLDER.iterdir() if entry.name.endswith(".md"))
    return tuple(prompt(name.removesuffix(".md")) for name in names if name != "README.md")


def parse(path: Traversable) -> Prompt:
    where = f"prompts/{path.name}"
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise FormError(f"{where}：没有这个提示词文件") from error
    parts = re.split(r"^---\s*$", text, maxsplit=2, flags=re.MULTILINE)
    head = yaml.safe_load(parts[1]) if len(parts) == 3 and not parts[0].strip() else None
    if not isinstance(head, dict) or set(head) - _KEYS or not {"name", "version"} <= set(head):
        raise FormError(f"{where}：文件头须写明 {'、'.join(sorted(_KEYS))}")
    messages = tuple(_messages(parts[2]))
    found = Prompt(
        name=str(head["name"]),
        version=f"{head['version']}-{hashlib.sha256(text.encode()).hexdigest()[:8]}",
        use=str(head.get("use", "")),
        variables=tuple(head.get("variables") or ()),
        data=tuple(head.get("data") or ()),
        messages=messages,
    )
    _check(found, where, path.name)
    return found


def _messages(body: str) -> Iterator[tuple[str, str]]:
    parts = _ROLE.split(body)
    for role, text in zip(parts[1::2], parts[2::2], strict=True):
        yield role, text.strip()


def _check(found: Prompt, where: str, file: str) -> None:
    used = {name for _, body in found.messages for name in _VARIABLE.findall(body)} - {FENCE}
    problems: Sequence[tuple[bool, str]] = (
        (not found.messages, "没有 ## system 或 ## user"),
        (f"{found.name}.md" != file, f"name 与文件名不同：{found.name}"),
        (
            bool(used - set(found.variables)),
            f"没有声明的变量 {'、'.join(sorted(used - set(found.variables)))}",
        ),
        (
            bool(set(found.variables) - used),
            f"没有用到的变量 {'、'.join(sorted(set(found.variables) - used))}",
        ),
        (bool(set(found.data) - used), "data 里的名字不是变量"),
    )
    for wrong, said in problems:
        if wrong:
            raise FormError(f"{where}：{said}")
