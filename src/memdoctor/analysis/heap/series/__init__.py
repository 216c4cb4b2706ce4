"""Several snapshots of one process: what grows between them, who holds it, how fast."""
