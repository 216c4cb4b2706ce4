"""Stand-ins: the same name gets the same one, and plain words stay."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memdoctor.redaction import Redactor


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        ("/home/ann/x and ann", "~/x and <user-1>"),
        ("C:\\Users\\ann\\x", "~\\x"),
        ("/root/x", "~/x"),
        ("GC root", "GC root"),
        ("token=abc123; token=abc123", "token=<secret-1>; token=<secret-1>"),
        ("NODE_OPTIONS=--max-old-space-size=4096", "NODE_OPTIONS=<value-1>"),
        ("https://a:b@host/x", "https://<credentials-1>@host/x"),
        ("eyJhbGciOi12.eyJzdWIi34.sig", "<token-1>"),
        (
            "3.02 GiB of the reported external is not in RAM",
            "3.02 GiB of the reported external is not in RAM",
        ),
        ("dump.json#/memoryUsage/rss", "dump.json#/memoryUsage/rss"),
        ("derived: RSS − heapTotal − external", "derived: RSS − heapTotal − external"),
    ],
)
def test_stand_ins(text: str, redacted: str) -> None:
    assert Redactor().clean(text) == redacted


def test_two_ids_get_two_stand_ins_and_one_id_gets_one() -> None:
    one, two = "0a1b2c3d-1111-2222-3333-444455556666", "0a1b2c3d-1111-2222-3333-444455557777"
    assert Redactor().clean((one, two, one)) == ("<id-1>", "<id-2>", "<id-1>")


def test_a_name_is_replaced_also_before_the_path_that_gives_it_away() -> None:
    assert Redactor().clean(("ann said", "/home/ann/x")) == ("<user-1> said", "~/x")


def test_it_counts_what_it_replaced() -> None:
    redactor = Redactor(user="ann")
    redactor.clean("ann ann token=x1")
    assert redactor.counts == {"user": 2, "secret": 1}


@given(st.text(max_size=200))
def test_redacting_twice_changes_nothing_more(text: str) -> None:
    once = Redactor().clean(text)
    assert Redactor().clean(once) == once
