"""The sentence checker measured on labelled pairs: pairs → verdicts → false-pass and false-strip rates → report."""
