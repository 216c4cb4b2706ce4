"""Where the message of a line begins: behind times, levels, brackets, names and numbers of processes."""

import re
from typing import NamedTuple

from memdoctor.readers.parts.logs.stamps import end_of_time

LOW, HIGH = "low", "high"  # levels: nothing that ends a process is told at a low one
_LOW_WORDS = rb"trace|trc|debug|dbg|verbose|silly|http|info|inf|information|notice|log|warn|wrn|warning"
_HIGH_WORDS = rb"error|err|severe|fatal|ftl|crit|critical|alert|emerg|emergency|panic"
_LOW = re.compile(rb"(?i)(?:" + _LOW_WORDS + rb")\Z")
_HIGH = re.compile(rb"(?i)(?:" + _HIGH_WORDS + rb")\Z")
_LEAST_HIGH, _MOST_HIGH_OF_SYSLOG = 50, 3  # numbers that are levels
_PIECE = re.compile(
    rb"<\d{1,3}>(?:\d )?"
    rb"|\[(?P<inside>[^\[\]\n{}\"']{1,80})\]"
    rb"|\d{1,6}\|[^|\n]{1,120}\| ?"  # pm2 logs
    rb"|[\w.:/@-]{1,80}[ \t]{0,60}\| ?"  # PM2, docker compose
    rb"|PM2 (?:(?:log|error): )?"
    rb"|(?:npm|lerna|yarn) (?:ERR!|error) ?"
    rb"|\((?:[\w./@ -]{1,60}[:/])?\d{1,10}(?: on [\w.-]{1,60})?\):?"  # (node:123), (api/123 on host)
    rb"|[\w.:-]{1,80} [^\s\[\]:]{1,60}\[\d{1,10}\]: "  # syslog
    rb"|std(?:out|err) [FP] "  # Kubernetes
    rb"|(?i:uncaught|unhandled)[ _-]?(?i:exception|rejection|error|promise rejection)?:? "
    rb"|(?i:level|lvl|severity|log\.level)[=:] ?\"?(?P<named>[A-Za-z]{3,11})\b\"?"
    rb"|(?:msg|message|err|error|reason|exception|log)=\"?"
    rb"|\"(?:msg|message|err|error|reason|stack)\" ?: ?\""
    rb"|[\w@.-]{1,40}=(?:\"(?:[^\"\\\n]|\\.){0,400}+\"|[^=\"\n]{0,200}? (?=[\w@.-]{1,40}=)"
    rb"|[^\s\"=]{0,200}(?=\s))"
    rb"|(?P<word>(?i:" + _LOW_WORDS + rb"|" + _HIGH_WORDS + rb"))(?![\w.$])"
    rb"|\d{1,10}(?= {1,4}-|:)"  # a pid
    rb"|\d\d:\d\d:\d\d(?:[.,]\d{1,9})?Z?(?: [AP]M)?"
    rb"|[\x80-\xff]{2,8} "  # a sign
    rb"|[\s>|*#:,-]{1,20}"
    rb"|(?:[^\t\n\"']{1,80}\t){1,2}(?=\d{4}-\d\d-\d\dT)"  # jobs
)  # fmt: skip
_OF_SYSLOG = re.compile(
    rb"[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d(?:\.\d{1,9})? [\w.:-]{1,80} [\w./@-]{1,60}(?:\[\d{1,10}\])?: "
    rb"|<\d{1,3}>\d \S{20,40} \S{1,80} \S{1,48} \S{1,48} \S{1,32} (?:-|\[[^\]\n]{0,200}\]) "
)
_CATEGORY = re.compile(rb"[\w.:/@-]{1,60} {0,4}- ")
_MOST_PIECES = 24


class Preamble(NamedTuple):
    """What stands before the message of a line: where it ends, and the level in it, if there is any."""

    end: int
    level: str | None


def preamble(line: bytes, stop: int) -> Preamble:
    """Return what stands before a message that begins at `stop`, or earlier, if there are words before."""
    position, level = 0, None
    for _ in range(_MOST_PIECES):
        if position >= stop:
            break
        found = _OF_SYSLOG.match(line, position, stop)
        if found is None and (behind := end_of_time(line, position, stop)):
            position = behind
            continue
        found = found or _PIECE.match(line, position, stop)
        if found is None and level == HIGH:
            found = _CATEGORY.match(line, position, stop)
        if found is None:
            break
        position, level = found.end(), level or _level_in(found)
    return Preamble(position, level)


def level_of(raw: bytes) -> str | None:
    """Return the level that a value in an object stands for: a word, or a number of pino or syslog."""
    if raw.isdigit() and len(raw) < 4:
        number = int(raw)
        return HIGH if number >= _LEAST_HIGH or number <= _MOST_HIGH_OF_SYSLOG else LOW
    return HIGH if _HIGH.match(raw) else LOW if _LOW.match(raw) else None


def _level_in(piece: re.Match[bytes]) -> str | None:
    groups = piece.groupdict()
    if groups.get("inside"):
        told = [
            level for word in groups["inside"].split() if (level := level_of(word)) and not word.isdigit()
        ]
        return told[-1] if told else None
    word = groups.get("named") or groups.get("word")
    return level_of(word) if word else None
