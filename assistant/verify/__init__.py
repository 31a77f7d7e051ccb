"""A drafted sentence and its sources to a verdict; whether evidence answers a question."""
