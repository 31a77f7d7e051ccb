"""Learned scores behind a small Protocol."""
