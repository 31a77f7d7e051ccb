"""What clauses set and order: targets, deadlines, duties."""
