"""Labelled data and the commands that fit the learned judge; the product does not import it."""
