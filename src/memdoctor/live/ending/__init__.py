"""Ends processes of this machine: what may be ended, what never, and signals that reach nobody else."""
