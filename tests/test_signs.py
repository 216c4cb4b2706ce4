"""A pattern is looked for where it may match, and nowhere else: a sign hides no secret from a cut."""

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from memdoctor import homes, hosts
from memdoctor.cuts import beginning, whole_words
from memdoctor.secrets import EVERYWHERE, PRIVATE
from memdoctor.signs import likely

SECRET = "hunter2Zq8Xw2Lk9Pv3Rt7Yn1Bc"
_ALL = [
    *(pattern for _, pattern in (*EVERYWHERE, *PRIVATE)),
    *homes._PATTERNS,
    *hosts._ADDRESSES,
    *hosts._NAMES,
]
PATTERNS = [pattern for pattern in _ALL if not list(likely([pattern], ""))]  # those with signs


@pytest.mark.parametrize("pattern", PATTERNS, ids=[pattern.pattern[:40] for pattern in PATTERNS])
def test_whatever_matches_has_a_sign(pattern: re.Pattern[str]) -> None:
    @settings(max_examples=60, suppress_health_check=list(HealthCheck))
    @given(st.from_regex(pattern))
    def has_one(text: str) -> None:
        assert list(likely([pattern], text)) == [pattern]

    has_one()


@pytest.mark.parametrize(
    "text",
    [
        "PASSWORD={}",
        "pa\u017f\u017fword={}",  # letters that are an s and a k where case is ignored
        "to\u212aen={}",
        "Sess\u0131on-Id: {}",
        "postgres://me:{}@db.acme.com/x",
        "mysql -p{}",
        "redis-cli -a {}",
        "curl -u me:{}",
        "12345678:AA{}",
        "$2b$12${}",
        "/home/{}/x",
        "C:\\USERS\\{}\\x",
        "%2Fhome%2F{}%2Fx",
        "ENOTFOUND {}.acme",
    ],
)
@pytest.mark.parametrize("secret", [SECRET, "hunter2"])
def test_no_cut_goes_through_what_is_masked(text: str, secret: str) -> None:
    if len(secret) < 8 and text.startswith(("$2b", "12345678")):
        secret += "-hunter2hunter2hunter2"
    whole = f"worker {text.format(secret)} {'of the app ' * 20}"
    halves = tuple(f"{secret[:end]}…" for end in range(2, len(secret)))
    cuts = [cut(whole, most) for most in range(8, len(whole)) for cut in (beginning, whole_words)]
    assert not [cut for cut in cuts if cut.endswith(halves)]


def test_a_text_without_signs_is_looked_through_for_nothing_that_has_one() -> None:
    text = "java " + " ".join(f"setting{number} of module {number}" for number in range(400))
    assert not list(likely(PATTERNS, text))
