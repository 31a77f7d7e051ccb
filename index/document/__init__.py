"""What a text is: its clauses, parts and tables, what it says about itself, what ended or replaced it."""
