"""One file for each kind of answer: a `Query` and its `Context` to claims."""
