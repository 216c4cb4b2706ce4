"""An edge's trait: its type in the low bits, and above them what decides whether it is followed."""

TYPE = 0x0F  # at most 16 types of edges

WEAK = 0x10
INESSENTIAL = 0x20  # retains nothing
PAIRED = 0x40  # one of the two edges to a value in a WeakMap
UNCOUNTED = 0x80  # makes no distance
