"""Grounding evals: cases → assistant → metrics → report, and the benchmark against the chain that everybody writes first."""
