"""One file per module, plus architecture, README and end-to-end in a real browser."""
