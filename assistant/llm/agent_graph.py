"""Agent graph: LangChain's agent around our client, tools, bounds and review."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from assistant.llm.agent_scope import rules
from assistant.llm.chat_model import chat_model
from assistant.llm.prompts import Rendered, prompt
from assistant.llm.shape import plain_text
from assistant.llm.tracing import unseen
from ingest.errors import LlmError

if TYPE_CHECKING:
    from assistant.llm.client import Client, Reply
    from assistant.llm.ledger import Ledger

Tool = tuple[str, type[BaseModel], Callable[..., str]]


def run(
    client: Client,
    ledger: Ledger,
    asked: Rendered,
    tools: Sequence[Tool],
    accept: Callable[[str], None],
) -> list[Reply]:
    """Let the model call `tools` until it has written a text that `accept` takes; `accept` raises
    LlmError for one that it does not, which is told to the model once. The replies heard.

    Raises LlmError; also where steps, tokens or time are used up.
    """
    try:
        from langchain.agents import create_agent
        from langchain.agents.middleware import ModelCallLimitMiddleware, ToolCallLimitMiddleware
        from langchain.agents.middleware.model_call_limit import ModelCallLimitExceededError
        from langchain_core.tools import StructuredTool
    except ImportError as error:
        raise LlmError("missing", "设置了 llm，但没有安装它：pip install 'wenbao[llm]'") from error
    heard: list[Reply] = []
    model = chat_model(client, ledger, name=asked.name, version=asked.version, heard=heard)
    known = [
        StructuredTool.from_function(
            function, name=name, description=shape.__doc__, args_schema=shape
        )
        for name, shape, function in tools
    ]
    bounds = rules()
    agent: Any = create_agent(
        model,
        known,
        middleware=[
            ModelCallLimitMiddleware(run_limit=bounds["steps"], exit_behavior="error"),
            ToolCallLimitMiddleware(run_limit=bounds["tool_calls"], exit_behavior="continue"),
            _middleware(_Watch(ledger, accept, bounds["tokens"])),
        ],
    )
    try:
        # One after the other: the names of the slots then depend on the calls alone. What the
        # library would trace here is not masked yet; the client's own calls are.
        with unseen():
            agent.invoke({"messages": list(asked.messages)}, {"max_concurrency": 1})
    except ModelCallLimitExceededError as error:
        raise LlmError("too_long", "语言模型：步数用完了") from error
    return heard


@dataclass
class _Watch:
    """The bound of tokens, and the one second try that a broken call or a text is given."""

    ledger: Ledger
    accept: Callable[[str], None]
    tokens: int
    repairs: int = 1

    def bounded(self) -> None:
        """Raises LlmError where the tokens are used up."""
        if self.ledger.tokens_in + self.ledger.tokens_out > self.tokens:
            raise LlmError("too_long", "语言模型：超过了一次回答的 token 上限")

    def again(self, problem: LlmError) -> str:
        """What the model is told of a reply that is no good. Raises `problem` where it was told
        before, or where a second try cannot help."""
        if problem.kind not in ("malformed", "untraced") or not self.repairs:
            raise problem
        self.repairs -= 1
        asked = prompt("repair").render(problem=str(problem))
        self.ledger.prompts[asked.name] = asked.version
        return str(asked.messages[-1]["content"])


def _middleware(watch: _Watch) -> Any:
    from langchain.agents.middleware import AgentMiddleware, hook_config
    from langchain_core.messages import AIMessage, HumanMessage

    class Watched(AgentMiddleware):
        def before_model(self, state: Any, runtime: Any) -> dict[str, Any] | None:
            watch.bounded()
            return None

        def wrap_model_call(self, request: Any, handler: Callable[[Any], Any]) -> Any:
            """A call of a tool that cannot be read."""
            try:
                return handler(request)
            except LlmError as problem:
                again = HumanMessage(watch.again(problem))
                return handler(request.override(messages=[*request.messages, again]))

        @hook_config(can_jump_to=["model"])
        def after_model(self, state: Any, runtime: Any) -> dict[str, Any] | None:
            """The text at the end."""
            last = state["messages"][-1]
            if not isinstance(last, AIMessage) or last.tool_calls:
                return None
            try:
                watch.accept(plain_text(str(last.text)))
            except LlmError as problem:
                return {"messages": [HumanMessage(watch.again(problem))], "jump_to": "model"}
            return None

    return Watched()
