"""Scripts that the runtime brings along, and what of a heap is its own."""

_OF_RUNTIME = ("node:", "internal/", "ext:", "bun:", "native ", "v8/")
RUNTIME = "(runtime)"  # stands where a script of the runtime would have its package


def of_runtime(file: str | None) -> bool:
    """Whether a script is one that the runtime brings along. Up to Node 14 those are `net.js` and so on.

    >>> of_runtime("node:net"), of_runtime("events.js"), of_runtime("/app/events.js")
    (True, True, False)
    """
    if file is None:
        return False
    return file.startswith(_OF_RUNTIME) or (file.endswith(".js") and not set(file) & set("/\\:"))
