"""What stands around a line of a program that a logger or a container keeps in an object of JSON."""

from typing import NamedTuple

from memdoctor.readers.parts.logs.messages import level_of, preamble
from memdoctor.readers.parts.logs.objects import Value, meant
from memdoctor.readers.parts.logs.plain import alike, bare

# Under which key loggers, containers and journals keep what a program wrote, or an error and its stack.
STACKS = frozenset((b"stack", b"stack_trace", b"stacktrace", b"stackTrace"))
_ERRORS = STACKS | frozenset(b"err error Error exception reason cause message msg errorMessage".split())
_MESSAGES = frozenset(
    b"log MESSAGE Message short_message full_message @message text textPayload line body description detail"
    b" details event event.original".split()
)  # not in objects in the object: those may be of a request
_LEVELS = frozenset(b"level severity lvl levelname loglevel logLevel log.level severity_text".split())
_OF_STREAMS = (b"log", b"MESSAGE")  # of docker and the journal: lines as they came
_OF_PM2 = (b"process_id", b"app_name")
_WRITERS = frozenset(
    (b"stream", b"type", *_OF_PM2, b"_PID", b"_HOSTNAME", b"container_id", b"container_name", b"pod_name")
)


class Frame(NamedTuple):
    """The keys that lead to a line, from object to object, and what the objects say of it.

    `is_alone`: it is a message, with nothing but times, names and levels around. `is_value`: it is no
    output of a program, but a value that a logger was given. `is_stream`: the next object goes on with the
    next line. `tag` is who wrote it: the same for lines that belong together.
    """

    path: tuple[bytes, ...] = ()
    level: str | None = None
    is_alone: bool = True
    is_value: bool = False
    is_stream: bool = True
    tag: bytes = b""


PLAIN = Frame()


def inside(outer: Frame, text: bytes, start: int, values: tuple[Value, ...], value: Value) -> Frame:
    """Return what stands around one value of an object that begins at `start` of a line."""
    around = bare(text[:start])
    before = preamble(around, len(around))
    told = [meant(text[one.start : one.end]) for one in values if one.path in _LEVELS]
    is_output = value.path in _OF_STREAMS or any(one.path in _OF_PM2 for one in values)
    level = next((level for one in told if (level := level_of(bare(one)))), None)
    writers = (text[one.start : one.end] for one in values if one.key in _WRITERS)
    return Frame(
        (*outer.path, value.path),
        level or before.level or outer.level,
        outer.is_alone and before.end >= len(around) and (value.key in _ERRORS or value.path in _MESSAGES),
        not is_output,
        outer.is_stream and (is_output or not told),
        b"\0".join((outer.tag, alike(text[:start]), *writers)),
    )
