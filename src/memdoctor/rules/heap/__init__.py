"""What one heap snapshot shows: who holds most of it, and what is wasted in it.

One snapshot tells what is large, not what grows: from 20 % of the heap on a finding is a warning, below
that a note, never an error.
"""
