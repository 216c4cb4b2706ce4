"""`python -m memdoctor`."""

from memdoctor.start import run

run()
