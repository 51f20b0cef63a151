"""Shape: JSON of a model, read into a pydantic model, and how it is asked for."""

from __future__ import annotations

import json
import re
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from assistant.llm.models import Reply
from ingest.errors import LlmError

Shaped = TypeVar("Shaped", bound=BaseModel)
_THOUGHT = re.compile(r"<think>.*?</think>", re.DOTALL)
_BLOCK = re.compile(r"^```(?:json)?\s*\n(.*?)\n?```$", re.DOTALL)


def response_format(shape: type[BaseModel], way: str) -> dict[str, Any] | None:
    """What the server is told, by the setting `llm_json`; with "text" only the prompt says it."""
    if way == "schema":
        schema = {"name": shape.__name__, "schema": shape.model_json_schema(), "strict": True}
        return {"type": "json_schema", "json_schema": schema}
    return {"type": "json_object"} if way == "object" else None


def plain_text(text: str) -> str:
    """Without the thoughts that some models print first."""
    return _THOUGHT.sub("", text).strip()


def shaped(reply: Reply, shape: type[Shaped]) -> Shaped:
    """The reply as `shape`. Raises LlmError (malformed) that says what is wrong."""
    text = plain_text(reply.text)
    block = _BLOCK.match(text)
    try:
        return shape.model_validate(json.loads(block[1] if block else text))
    except (json.JSONDecodeError, RecursionError) as error:
        raise LlmError("malformed", f"不是合法的 JSON：{str(error)[:120]}") from error
    except ValidationError as error:
        said = "；".join(
            f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors()[:5]
        )
        raise LlmError("malformed", f"JSON 不符合要求：{said}") from error
