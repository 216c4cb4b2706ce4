"""Processes and what they start, looked at again and again: who they are, what they hold, and a record."""
