"""What readers of processes are made of: rows on their way into a table, and words of systems."""
