"""JUnit: it is XML, its counts are right, what passed and what failed is told apart."""

from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

import memdoctor
from memdoctor.reports import junit
from memdoctor.reports.render import Style

from ci_cases import CASES, hostile_files, hostile_log
from conftest import Cli

MAIN = "fixtures/heapdumps/phantom-external.json"


def _root(cli: Cli, *arguments: str | Path) -> ET.Element:
    root = ET.fromstring(cli("analyze", *arguments, "-f", "junit").out)
    _check(root)
    return root


def _check(root: ET.Element) -> None:
    """Assert that the counts are those of the tests, and that no two tests have one name."""
    assert root.tag == "testsuites"
    for element in (root, *root):
        cases = list(element.iter("testcase"))
        assert int(element.attrib["tests"]) == len(cases)
        assert int(element.attrib["failures"]) == len(
            [one for one in cases if one.find("failure") is not None]
        )
        assert int(element.attrib["errors"]) == len([one for one in cases if one.find("error") is not None])
    for suite in root:
        names = [(one.attrib["classname"], one.attrib["name"]) for one in suite]
        assert len(names) == len(set(names))
    assert len({suite.attrib["name"] for suite in root}) == len(root)


def _case(root: ET.Element, name: str) -> ET.Element:
    [case] = [one for one in root.iter("testcase") if one.attrib["name"] == name]
    return case


@pytest.mark.parametrize("name", CASES)
def test_it_is_junit(name: str, cli: Cli) -> None:
    _root(cli, *CASES[name])


def test_a_warning_is_a_failure_with_its_numbers(cli: Cli) -> None:
    case = _case(_root(cli, MAIN), "external-not-resident")
    assert case.attrib["classname"] == "memdoctor.memory"
    assert case.attrib["file"] == MAIN
    failure = case.find("failure")
    assert failure is not None
    assert failure.attrib["type"] == "warning"
    assert failure.attrib["message"] == "3.02 GiB of the reported external is not in RAM"
    assert f"({MAIN}#/memoryUsage/external)" in (failure.text or "")


def test_a_note_and_a_rule_that_found_nothing_pass(cli: Cli) -> None:
    root = _root(cli, MAIN)
    told = _case(root, "runtime-is-bun: runtime").find("system-out")
    assert told is not None
    assert "the runtime is Bun" in (told.text or "")
    assert len(_case(root, "swapped-out")) == 0
    assert "zombies" not in {one.attrib["name"] for one in root.iter("testcase")}  # nobody asked it


def test_what_was_not_asked_for_did_not_pass(cli: Cli) -> None:
    names = {one.attrib["name"] for one in _root(cli, MAIN, "--select", "growth").iter("testcase")}
    assert "growing-heap" in names
    assert "swapped-out" not in names
    left_out = _root(cli, MAIN, "--min-severity", "error")
    assert "external-not-resident" not in {one.attrib["name"] for one in left_out.iter("testcase")}


def test_something_passes_where_nothing_was_found(cli: Cli) -> None:
    root = _root(cli, *CASES["nothing-found"])
    assert (root.attrib["failures"], root.attrib["errors"]) == ("0", "0")
    assert int(root.attrib["tests"]) > 1


def test_what_was_not_read_is_an_error(cli: Cli) -> None:
    root = _root(cli, *CASES["partly-read"])
    assert root.attrib["errors"] == "1"
    [error] = root.iter("error")
    assert error.attrib["message"] == "No such file or directory"
    nothing = _root(cli, *CASES["nothing-read"])
    assert (nothing.attrib["tests"], nothing.attrib["errors"]) == ("1", "1")


def test_what_top_left_out_does_not_pass(cli: Cli) -> None:
    root = _root(cli, "fixtures/cases/broken-worker", "--top", "1")
    failure = _case(root, "more findings").find("failure")
    assert failure is not None
    assert failure.attrib["message"] == "not shown: 4 (--top 0 shows all)"


@given(st.text(alphabet=st.characters(codec=None)))
def test_a_sign_that_xml_cannot_write_is_left_out(text: str) -> None:
    report = replace(memdoctor.analyze(MAIN), answer=text)
    root = ET.fromstring(junit.render(report, Style()).encode())
    said = _case(root, "diagnosis").findtext("system-out") or ""
    assert [sign for sign in "&<>]\"'x" if sign in text] == [sign for sign in "&<>]\"'x" if sign in said]


def test_hostile_names_and_contents_are_text(tmp_path: Path, cli: Cli) -> None:
    root = _root(cli, *hostile_files(tmp_path))
    assert {element.tag for element in root.iter()} <= {
        *("testsuites", "testsuite", "testcase", "failure", "error", "system-out")
    }
    assert any("]]>" in element.attrib["name"] for element in root)
    _root(cli, hostile_log(tmp_path), tmp_path / "app-error.log")
