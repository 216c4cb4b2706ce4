"""The lists of what is kept: up to date, and of nobody."""

import re
import subprocess
import sys

import pytest

from memdoctor.heap.strings import WELL_KNOWN
from memdoctor.redacting.built_in import built_in, is_built_in, words
from memdoctor.redacting.kept_names import is_plain_name
from memdoctor.redacting.names import HeapNames
from memdoctor.redacting.stand_ins import StandIns


def test_the_words_are_those_of_the_code() -> None:
    done = subprocess.run(
        [sys.executable, "scripts/generate_names.py", "--check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_what_the_analysis_knows_is_kept() -> None:
    assert not [name for name in WELL_KNOWN if not is_built_in(name) and len(name) > 2]


def test_no_machine_is_in_the_lists() -> None:
    telling = re.compile(
        r"/(?:home|Users|tmp|root|work)/|@[a-z]+\.[a-z]|[0-9a-f]{16}|\d{1,3}(?:\.\d{1,3}){3}"
    )
    assert not [name for name in (*built_in(), *words()) if telling.search(name)]


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("/home/erika/shop/cart.js", r"/[a-z]{4}/[a-z]{5}/[a-z]{4}/[a-z]{4}\.js"),
        ("file:///srv/shop/node_modules/@acme/cart/index.mjs:12:3", r"file:///\w{3}/\w{4}/node_modules/@\w{4}/.*\.mjs:12:3"),
        ("node:internal/secretmodule", r"node:\w{8}/\w{12}"),
        ("Detached CartElement", r"Detached [A-Z][a-z]{3}Element"),
        ("system / Context / cart.mjs", r"system / Context / \w{4}\.mjs"),
        ('<div id="cart">', r"<div \w{9}>"),
        ("<shop-cart>", r"<\w{9}>"),
        ("get totalPrice", r"get [a-z]{10}"),
        ("ShoppingCart", r"[A-Z][a-z]{11}"),
        ("4915112345678", r"[1-9]\d{12}"),
        ("9c3f8849-536b-4fb9-855c-7725b3edd77b", r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
        ("3 / part of key (Cart @7) -> value (Price @9) pair in WeakMap (table @11)",
         r"3 / part of key \([A-Z]\w{3} @7\) -> value \([A-Z]\w{4} @9\) pair in WeakMap \(table @11\)"),
        ('{"cart": [1, 2, 3]}', r"[a-z]{19}"),
        ("a😀b", r"[a-z]{4}"),
        ("\ud800abc", r"[a-z]{4}"),
    ],
)  # fmt: skip
def test_forms(text: str, form: str) -> None:
    names = HeapNames(StandIns(lambda word: is_built_in(word) or word.lower() in words()))
    redacted = names.stand_in(text)
    assert redacted != text
    assert re.fullmatch(form, redacted), redacted
    assert names.stand_in(text) == redacted


@pytest.mark.parametrize(
    "name", ["SessionStore", "#sessions", "get size", "Module.prototype.load", "$el", "_cache2"]
)
def test_names_that_people_give(name: str) -> None:
    assert is_plain_name(name)


@pytest.mark.parametrize(
    "name",
    [
        "user-4711",
        "erika@example.org",
        "sk_live_51Hx9a8b7c",
        "a b",
        "ghp_abcdefgh12",
        "é",
        "x" * 30,
        "id20260101",
    ],
)
def test_keys_that_are_data(name: str) -> None:
    assert not is_plain_name(name)
