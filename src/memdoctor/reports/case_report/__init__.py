"""The investigation report: one section a file, each from what the case holds and nothing else."""
