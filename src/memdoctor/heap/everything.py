"""What most questions need, computed on two threads."""

from typing import TYPE_CHECKING

from memdoctor.heap.together import together
from memdoctor.progress import tell

if TYPE_CHECKING:
    from memdoctor.heap.graph import HeapGraph


# What both threads need, what each of them computes, and what follows when both are done.
_FIRST = ("node_name", "has_user_roots", "weak_map_pairs", "traits_for_distances")
_DOMINATORS, _CLASSES = ("dominator_tree",), ("distance", "class_id")
_SIZES, _CHILDREN = ("retained_size",), ("dominated",)


def compute(graph: "HeapGraph") -> None:
    """Compute retained sizes and the class table, and all they need; they are there when asked for."""

    def ask_for(names: tuple[str, ...]) -> None:
        for name in names:
            getattr(graph, name)

    tell("finding what is detached")
    ask_for(_FIRST)
    tell("finding dominators, distances and classes")
    together(lambda: ask_for(_DOMINATORS), lambda: ask_for(_CLASSES))
    tell("adding up sizes")
    together(lambda: ask_for(_SIZES), lambda: ask_for(_CHILDREN))
    ask_for(("classes",))
