"""`python -m memdoctor`."""

from memdoctor.cli.main import run

run()
