"""Bytes to records: every input of a call becomes one case."""
