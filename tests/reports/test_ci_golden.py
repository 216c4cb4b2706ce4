"""Whole outputs of the formats for CI: annotations of each case, a few of the larger formats."""

import pytest

import golden_files
from ci_cases import CASES
from conftest import Cli

GOLDENS = {
    **{f"ci-github-{name}": [*CASES[name], "-f", "github"] for name in CASES},
    "ci-sarif-main": [*CASES["main"], "-f", "sarif", "--min-severity", "warning"],
    "ci-sarif-pm2": [*CASES["pm2"], "-f", "sarif", "--select", "logs"],
    "ci-sarif-partly-read": [*CASES["partly-read"], "-f", "sarif", "--select", "rate-is-average"],
    "ci-junit-main": [*CASES["main"], "-f", "junit"],
    "ci-junit-mixed": [*CASES["mixed"], "-f", "junit", "--min-severity", "warning"],
    "ci-junit-nothing-read": [*CASES["nothing-read"], "-f", "junit"],
}


@pytest.mark.parametrize("name", GOLDENS)
def test_output(name: str, cli: Cli) -> None:
    arguments = ["analyze", *GOLDENS[name]]
    golden_files.check(name, arguments, cli(*arguments))
