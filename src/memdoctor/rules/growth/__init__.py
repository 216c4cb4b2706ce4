"""Rules about time: what grows in a process, how fast, and when it meets a limit."""
