"""The web chat: one FastAPI process with the Gradio page and the HTTP interface."""
