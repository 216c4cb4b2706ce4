"""Report to text. One file a format, pure functions."""
