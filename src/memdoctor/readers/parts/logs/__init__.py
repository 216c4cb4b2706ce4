"""What the reader of logs is made of: signals, times, prefixes, and what one line after another means."""
