"""Chat model: our client in the shape that LangChain's agents take, so that nothing goes around
its masks, limits, breaker and ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from assistant.llm.prompts import Rendered

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from assistant.llm.client import Client, Reply
    from assistant.llm.ledger import Ledger


def chat_model(
    client: Client, ledger: Ledger, *, name: str, version: str, heard: list[Reply] | None = None
) -> BaseChatModel:
    """A chat model for one answer; `name` and `version` are those of the prompt it is led by;
    replies are added to `heard`, to be kept once they have proved usable. Calls of tools are
    numbered anew: some servers give them no id, or the same one again.

    Its calls raise LlmError.
    """
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import AIMessage, convert_to_openai_messages
    from langchain_core.outputs import ChatGeneration, ChatResult
    from langchain_core.utils.function_calling import convert_to_openai_tool

    known = heard if heard is not None else []

    class Watched(BaseChatModel):
        @property
        def _llm_type(self) -> str:
            return "wenbao"

        def bind_tools(self, tools: Any, **kwargs: Any) -> Any:
            return self.bind(tools=[convert_to_openai_tool(tool) for tool in tools])

        def _generate(
            self, messages: Any, stop: Any = None, run_manager: Any = None, **kwargs: Any
        ) -> ChatResult:
            said = convert_to_openai_messages(messages)
            asked = Rendered(name, version, tuple(said if isinstance(said, list) else [said]))
            reply = client.ask(asked, ledger, tools=kwargs.get("tools") or ())
            known.append(reply)
            calls = [
                {
                    "name": call.name,
                    "args": call.arguments,
                    "id": f"call_{len(known)}_{at}",
                    "type": "tool_call",
                }
                for at, call in enumerate(reply.tool_calls, 1)
            ]
            message = AIMessage(content=reply.text, tool_calls=calls)
            return ChatResult(generations=[ChatGeneration(message=message)])

    return Watched()
