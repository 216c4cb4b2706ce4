"""Distances that stand for something, as in DevTools."""

UNREACHED = -5  # no way leads there
FROM_THE_ROOT = 100_000_000  # what no user root leads to counts from here, from the root
UNRETAINED = 200_000_000  # where no root leads: from here, from what nothing in the file retains
