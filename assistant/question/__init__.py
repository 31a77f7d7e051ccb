"""Text and history to a `Query`: intent, scope, the question made self-contained."""
