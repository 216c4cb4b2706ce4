"""Distances that stand for something, as in DevTools."""

UNREACHED = -5  # no way leads there
FROM_THE_ROOT = 100_000_000  # what no user root leads to counts from here, from the root
