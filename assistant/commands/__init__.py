"""The commands of `wenbao`, one module a group; assistant/cli.py puts them together."""
