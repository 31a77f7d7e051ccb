"""A drafted sentence and its sources to a verdict."""
