"""What most questions need, computed on two threads."""

from typing import TYPE_CHECKING

from memdoctor.heap.together import together
from memdoctor.progress import tell

if TYPE_CHECKING:
    from memdoctor.heap.graph import HeapGraph


def compute(graph: "HeapGraph") -> None:
    """Compute retained sizes and the class table, and all they need; they are there when asked for."""
    tell("finding what is detached")
    both_need = (graph.node_name, graph.weak_map_pairs, graph.has_user_roots)
    del both_need
    tell("finding dominators, distances and classes")
    together(lambda: graph.dominator_tree, lambda: (graph.distance, graph.class_id))
    tell("adding up sizes")
    graph.retained_size  # noqa: B018 - is kept
    graph.classes  # noqa: B018
