"""The chat model: the bundled one, any OpenAI-compatible address, a scripted one; prompts filled in."""
