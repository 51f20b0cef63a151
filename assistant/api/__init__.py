"""The HTTP interface for programs: tickets, OpenAI-compatible chat, metrics, keys and limits."""
