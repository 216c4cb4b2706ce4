"""Strings by their text, and what a text likely is."""
