"""A `Query` to ranked clauses."""
