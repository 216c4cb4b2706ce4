"""What heap snapshots show: who holds most of one, and what is wasted in it; of several, what grows.

One snapshot tells what is large, not what grows: from 20 % of the heap on a finding is a warning, below
that a note, never an error. Of several, only what grows is a warning.
"""
