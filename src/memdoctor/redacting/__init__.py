"""Copies that are safe to attach: what a file says of its program is replaced, what it measures is kept."""
