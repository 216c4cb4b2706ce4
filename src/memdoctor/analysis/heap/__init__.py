"""Heap snapshots to numbers: the views of one, without an opinion."""
