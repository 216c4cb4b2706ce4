"""The tables of heap snapshots, as they are documented."""

from memdoctor.tables.schema import Table, number, size, text, truth, word

_SNAPSHOT = text("source", "the snapshot, as it was named")

TABLES = (
    Table(
        "nodes",
        "A node of a heap snapshot: an object, a string, code, a part of the runtime.",
        (
            _SNAPSHOT,
            number("node", "its number in the file, counted from 0; what edges lead from and to"),
            number("id", "its id in the runtime: the same in every snapshot of one process of V8"),
            word("type", "object, closure, string, array, native …, as the file has it"),
            text(
                "name",
                "its name in the file: of a string the text, of an object its constructor; of what is "
                "detached with Detached before it, as DevTools has it",
            ),
            text("class_name", "its class, as DevTools shows it"),
            size("self_size", "of the node itself, as it stands in the file"),
            size("shallow_size", "the same with internal parts that only it owns, as DevTools shows it"),
            size("retained_size", "what would be freed with it; derived from the edges"),
            number(
                "distance",
                "edges from a root of the program; from 100000000 on, of the runtime; NULL: no way",
            ),
            number("dominator", "the node without which nothing would lead to it; NULL: it is the root"),
            word("detachedness", "attached or detached, of DOM nodes and what they lead to; else NULL"),
            number("edge_count", "how many edges start from it"),
        ),
    ),
    Table(
        "edges",
        "An edge of a heap snapshot: one node refers to another.",
        (
            _SNAPSHOT,
            number("edge", "its number in the file, counted from 0"),
            number("from_node", "the node that it starts from"),
            number("to_node", "the node that it leads to"),
            number("from_id", "the id of the node that it starts from"),
            number("to_id", "the id of the node that it leads to"),
            word("type", "property, element, context, internal, hidden, shortcut, weak"),
            text("name", "the name of the property or variable; NULL where it has a number"),
            number("index", "the number of the element; NULL where it has a name"),
        ),
    ),
    Table(
        "classes",
        "A class of a heap snapshot, as in the class table of DevTools: nodes without size are left out.",
        (
            _SNAPSHOT,
            text("class_name", "as DevTools shows it"),
            number("count", "how many objects"),
            size("shallow_size", "of all of them"),
            size(
                "retained_size", "what would be freed with all of them; those inside of others count once"
            ),
            number("distance", "of the nearest of them, as in nodes"),
        ),
    ),
    Table(
        "strings",
        "A text of the program: all nodes of type string with it. Joined and cut strings are not in it.",
        (
            _SNAPSHOT,
            number("string", "its index in the file's list of strings"),
            text("text", "as far as the file has it: V8 writes the first 1024 characters"),
            truth("is_cut", "whether that may be the beginning alone: then equal rows need not be equal"),
            number("characters", "its length in UTF-16 units, as JavaScript counts; NULL where it is cut"),
            number("copies", "how many nodes hold it"),
            size("self_size", "of all copies"),
            size(
                "wasted",
                "what one copy for all would save; derived: self_size − self_size ÷ copies; NULL where "
                "it is cut",
            ),
        ),
    ),
)
