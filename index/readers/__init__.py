"""Bytes of one file to its text: one module per format, listed in `formats.FORMATS`, run in a child process (`sandbox`)."""
