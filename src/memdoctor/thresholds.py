"""From where on something is worth a finding. All of it can be set in the configuration."""

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

    Of two reports: `regression_share` is by how much a number must exceed that of the baseline to be worse:
    two runs that each differ by 5 % from one level differ by 10.5 %. `figure_regression_share` is the same
    for figures that no rule speaks of. `regression_bytes` and `regression_count` are the least difference.
    """

    heap_share: float = 0.05
    heap_warning_share: float = 0.20
    waste_share: float = 0.02
    sparse_fill: float = 0.25
    many_handles: int = 500
    same_listeners: int = 100
    detached_nodes: int = 10
    growth_share: float = 0.05
    regression_share: float = 0.12
    figure_regression_share: float = 0.25
    regression_bytes: int = 8 << 20
    regression_count: int = 5
