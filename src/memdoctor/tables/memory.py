"""How much memory a query may take, besides the case itself."""

import os

_SHARE = 0.5  # of the machine's memory: the arrays of the case lie beside it


def room_for_queries() -> dict[str, str]:
    """Return DuckDB's setting for it; none where the system does not tell how much memory there is."""
    try:
        total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, OSError, ValueError):
        return {}
    return {"memory_limit": f"{int(total * _SHARE) >> 20}MiB"} if total > 0 else {}
