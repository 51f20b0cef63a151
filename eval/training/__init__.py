"""Training the built-in embedding model, and measuring retrieval."""
