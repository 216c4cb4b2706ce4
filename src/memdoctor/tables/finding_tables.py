"""The tables of what was found, and of what was read, as they are documented."""

from memdoctor.tables.schema import Column, Table, number, size, text, truth, word

_SOURCE = text("source", "the input, as it was named; NULL for what is not in one alone")

TABLES = (
    Table(
        "findings",
        "What is wrong, in the order of a report: the rows of `memdoctor analyze`.",
        (
            _SOURCE,
            number("finding", "its number in the report, counted from 0"),
            word("rule", "its name: `memdoctor explain` has each"),
            word("family", "of the rule"),
            word("severity", "error, warning, info"),
            word("confidence", "certain, likely, possible"),
            word("kind", "what it is about: sample, figure, process, worker, snapshot, holder, case"),
            text("subject", "who"),
            text("process", "whose sample it is"),
            text("worker", "what a process manager calls it"),
            number("pid", "of the process"),
            text("message", "the statement"),
            text("why", "why that is so"),
            text("help", "what to do"),
            size("impact", "how much it is about"),
            number("samples", "in how many samples it holds"),
            truth("folded", "whether another finding states the same fact"),
        ),
    ),
    Table(
        "evidence",
        "A number that a finding stands on.",
        (
            _SOURCE,
            number("finding", "of which finding"),
            text("label", "what it is called"),
            Column("value", "real", "where it is a number, in the unit of its row"),
            text("text", "where it is none"),
            word("unit", "bytes, seconds … of the value"),
            text("pointer", "where it was read"),
            text("formula", "what it was derived by"),
            truth("derived", "whether it was computed"),
        ),
    ),
    Table(
        "sources",
        "An input that was read.",
        (
            text("source", "as it was named"),
            word("kind", "path, stdin, live"),
            word("format", "the reader that read it"),
            size("bytes", "on disk, before it was unpacked"),
        ),
    ),
    Table(
        "problems",
        "What could not be read, or not be trusted.",
        (
            text("source", "the input, as it was named"),
            text("place", "where in it"),
            text("message", "what"),
            text("help", "what to do"),
            truth("unread", "whether the whole input is missing"),
        ),
    ),
)
