"""One door for clients: OpenAI-compatible endpoints in front of all healthy engines."""
