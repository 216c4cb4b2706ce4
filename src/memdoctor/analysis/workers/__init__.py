"""What a process manager and logs tell of workers: over all their restarts, and when they crash."""
