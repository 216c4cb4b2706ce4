"""What PM2 says of itself and of commands: around its answers, or instead of one."""

import re

EMPTY = "PM2 runs no app"
BEST = "take pm2 jlist"

# What else than apps a text of PM2 may be.
ENVIRONMENT, IDS, PIDS, ANSWER, ROWS = "environment", "ids", "pids", "answer", "rows"

_MEANINGS = {
    "Spawning PM2 daemon": "PM2 did not run: the command itself has started it, without any app",
    "In-memory PM2 is out-of-date": "PM2 runs in another version than its command line",
    "Current process list is not synchronized": "the apps that run are not those that pm2 save wrote",
}
_VARIABLE = re.compile(
    r"^(?:unique_id|PM2_HOME|PM2_USAGE|NODE_APP_INSTANCE|vizion_running|km_link): ", re.MULTILINE
)
_IDS = re.compile(r"\s*+\[[\s0-9,]++\]\s*+")
_PIDS = re.compile(r"\s*+(?:[ \t]*+[0-9]{1,10}[ \t\r]*+\n){2,}\s*+")
_ANSWER = re.compile(r"\s*+(?:\[PM2\]|>>>> In-memory PM2|Use --update-env)")
_BANNER = "PM2 is a Production Process Manager"
_OF_LOG = re.compile(
    r"\[TAILING\]|PM2 {1,9}\| |: PM2 (?:log|error): |^[0-9]{1,6}\|.{1,60}\| ", re.MULTILINE
)
_ROWS = re.compile(
    r"(?:\s*+[│|]\s{0,9}(?:Heap Usage|(?:Used )?Heap Size) {1,40}"
    r"[│|][^\n│|]{1,60}[│|][ \t\r]*+(?:\n|\Z))++\s*+"
)
_LONGEST_IDS = 4096


def spoken(line: str) -> str | None:
    """Return what a line of PM2's means, None if it means nothing for what is read."""
    return next((meaning for words, meaning in _MEANINGS.items() if words in line), None)


def kind_of(text: str) -> str | None:
    """Return what a text of PM2's is that holds no apps, None if it is none, or a log."""
    if len(set(_VARIABLE.findall(text))) > 1:
        return ENVIRONMENT
    if len(text) < _LONGEST_IDS and _IDS.fullmatch(text):
        return IDS
    if _PIDS.fullmatch(text):
        return PIDS
    if _ROWS.fullmatch(text):
        return ROWS
    is_answer = _ANSWER.match(text) or _BANNER in text
    return ANSWER if is_answer and not _OF_LOG.search(text) else None
