"""From where on something in a heap is worth a finding. All of it can be set in the configuration."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Shares are of the heap's total, between 0 and 1.

    `heap_share`: what one holder must retain to be told. `heap_warning_share`: from here on that is a
    warning. `waste_share`: what duplicates or unused room must cost. `sparse_fill`: a collection that is
    fuller than this is not sparse. `many_handles`: so many handles of one kind are many.
    `same_listeners`: so many times the same function on one event are many.
    `detached_nodes`: so many DOM nodes in detached trees are told. `growth_share`: what something must
    have of the growth between snapshots to be told.
    """

    heap_share: float = 0.05
    heap_warning_share: float = 0.20
    waste_share: float = 0.02
    sparse_fill: float = 0.25
    many_handles: int = 500
    same_listeners: int = 100
    detached_nodes: int = 10
    growth_share: float = 0.05
