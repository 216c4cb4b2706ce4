"""The page's formulas D01 to D29, written once more and simply: an oracle for the rules.

It reads the raw JSON and shares no code with memdoctor. Sizes in bytes, times in seconds.
"""

from typing import Any

MIB = 1 << 20
GIB = 1 << 30


def documents(root: Any) -> list[dict[str, Any]]:
    """Return the documents of a file; a bare memoryUsage object becomes a document."""
    if isinstance(root, list):
        return [document for item in root for document in documents(item)]
    if "memoryUsage" in root or "v8HeapStats" in root:
        return [root]
    if "rss" in root and ("heapUsed" in root or "heapTotal" in root):
        return [{"memoryUsage": root}]
    return [
        {**document, "called": key}
        for key, value in root.items()
        if isinstance(value, dict | list)
        for document in documents(value)
    ]


def rules_of_file(root: Any) -> set[str]:
    """Return the names of the rules that hold on a file."""
    found = [rules_of(document) for document in documents(root)]
    names = set().union(*found)
    if len(found) == 1:
        names.add("single-dump")  # D28
    if {"bun", "node"} <= {str(document.get("called")) for document in documents(root)}:
        names.add("not-one-process")  # D24: a version conflict, one is Bun and one is Node
    return names


def rules_of(doc: dict[str, Any]) -> set[str]:  # noqa: PLR0912, PLR0915 - one formula after the other
    """Return the names of the rules that hold on one document."""
    m: Any = doc.get("memoryUsage") or {}
    hu: Any
    ht: Any
    ext: Any
    ab: Any
    rss: Any
    hu, ht, ext, ab, rss = (m.get(k) for k in ("heapUsed", "heapTotal", "external", "arrayBuffers", "rss"))
    v8 = doc.get("v8HeapStats") or {}
    raw = doc.get("heapStatistics") or {}
    lim = v8.get("heapSizeLimit", raw.get("heap_size_limit"))
    malloc_peak = v8.get("peakMallocedMemory", raw.get("peak_malloced_memory"))
    usage = doc.get("resourceUsage") or {}
    max_rss = usage.get("maxRSS")
    if max_rss is not None and "minorPageFault" in usage:
        max_rss *= 1024  # process.resourceUsage() itself: KiB
    rate = doc.get("memoryGrowthRate") or {}
    bps, mph = rate.get("bytesPerSecond"), rate.get("mbPerHour")
    up = doc.get("uptimeSeconds")
    smaps = _smaps(doc.get("smapsRollup") or "")
    names: set[str] = set()

    missing = [x for x in (up, hu, ht, ext, ab, rss) if x is None]
    if missing:
        names.add("incomplete-input")  # D26
    bytes_per_second = bps if bps is not None else mph * MIB / 3600 if mph is not None else None
    if up is None and rss is not None and bytes_per_second:
        up = rss / bytes_per_second
        names.add("derived-field")  # D03
    elif rss is None and up is not None and bytes_per_second:
        rss = bytes_per_second * up
        names.add("derived-field")

    spaces = doc.get("v8HeapSpaces") or doc.get("heapSpaceStatistics") or []
    filled = [s for s in spaces if s.get("used") or s.get("space_used_size")]
    bun_made = bool(
        "mimalloc" in doc
        or "objectTypeCounts" in doc
        or "bun" in (doc.get("versions") or {})
        or doc.get("called") == "bun"
    )
    v8_made = not bun_made and (len(filled) > 1 or "qwenVersion" in doc or doc.get("called") == "node")
    bun = bun_made or (
        not v8_made
        and bool((hu and ht and hu > 1.02 * ht) or (lim and malloc_peak and lim == 10 * malloc_peak))
    )
    # Bun's limit is at most ten peaks, its peak at least the RSS, its detached contexts always 0.
    never_bun = (
        bool(malloc_peak and rss and malloc_peak < 0.9 * rss)
        or bool(malloc_peak and lim and lim > 10.5 * malloc_peak)
        or bool(v8.get("detachedContexts", raw.get("number_of_detached_contexts")))
    )
    node = v8_made or (not bun and never_bun)
    if bun:
        names.add("runtime-is-bun")  # D04

    pk, pk_reported = None, None
    if bun:
        pk = pk_reported = malloc_peak
        if pk is not None and pk < 0.9 * (rss or 0):
            pk = None  # a peak clearly below the RSS is none (a footprint reported as RSS)
        elif pk is None and lim and hu and ht and hu > ht and lim / 10 >= (rss or 0):
            pk = lim // 10  # a peak below the RSS is none: then the limit was the machine's memory
    elif node:
        pk = max_rss
    elif malloc_peak and rss and malloc_peak >= rss:
        pk = malloc_peak

    # D06, and where the page names no peak, maxRSS in its true unit: it is the peak RSS in every runtime.
    inflated = False
    if max_rss:
        by_peak = malloc_peak and not node and 1000 < max_rss / malloc_peak < 1050
        # Divided by 1024 it would be below the RSS: then it is no wrong unit but a true peak.
        by_rss = rss and max_rss > 100 * rss and max_rss / 1024 >= 0.9 * rss
        inflated = bool(by_peak or by_rss)
    if pk is None and max_rss:
        too_small = rss is not None and max_rss * 100 < rss
        pk = max_rss // 1024 if inflated else max_rss * 1024 if too_small else max_rss
    elif node and inflated and max_rss:
        pk = max_rss // 1024

    if rss and up:
        by_second = bps is not None and abs(bps * up / rss - 1) <= 0.02
        by_hour = mph is not None and abs(mph * up * MIB / 3600 / rss - 1) <= 0.03
        if by_second or by_hour:
            names.add("rate-is-average")  # D01
    if up is not None and up < 60:
        names.add("too-young")  # D02
    if bun and lim and pk_reported and abs(lim / pk_reported - 10) < 0.05:
        names.add("fabricated-heap-limit")  # D05a
    if bun and lim and pk_reported and lim < 9.9 * pk_reported:
        names.add("heap-limit-is-ram")  # D05b
    if inflated:
        names.add("max-rss-unit")  # D06
    d07 = bool(ext and rss is not None and ext > 256 * MIB and ext + (ht or 0) > 1.25 * rss)
    if d07:
        names.add("external-not-resident")
    if bun and ext and pk is not None and ext > 1.25 * pk:
        names.add("external-never-resident")  # D07b
    if ext is not None and rss is not None and ext >= 512 * MIB and rss >= 0.8 * ext:
        names.add("external-resident")  # D08
    d09 = bool(ab and ab >= 512 * MIB and (ext is None or ab >= 0.8 * ext))
    if d09:
        names.add("buffer-dominated")
    if ext is not None and ab is not None and ext - ab >= 256 * MIB:
        names.add("other-external")  # D10
    if None not in {rss, ht, ext} and rss - ht - ext >= max(512 * MIB, 0.5 * rss):
        names.add("native-resident")  # D11
    if pk is not None and rss is not None and rss <= 0.6 * pk:
        names.add("burst-released")  # D12
    if pk and rss and pk > GIB and rss >= 0.98 * pk:
        names.add("at-high-water")  # D13
    analysis = doc.get("analysis") or {}
    if any("Native memory > heap" in hint for hint in analysis.get("potentialLeaks") or []):
        names.add("canned-hint")  # D14
    if bun and doc.get("activeHandles") == 0:
        names.add("handles-unknown")  # D15
    if (doc.get("openFileDescriptors") or 0) > 500:
        names.add("many-descriptors")  # D16
    heap = None
    if bun and None not in {hu, ext}:
        heap = hu - ext
    elif not bun and (node or (hu and ht and hu <= ht)):
        heap = hu
    if heap and (heap >= 512 * MIB or (node and lim and heap >= 0.75 * lim)):
        names.add("js-heap-large")  # D17
    detached = v8.get("detachedContexts", raw.get("number_of_detached_contexts"))
    if node and detached:
        names.add("detached-contexts")  # D18
    if smaps.get("Swap", 0) >= 64 * MIB:
        names.add("swapped-out")  # D19
    if "Private_Dirty" in smaps and smaps.get("Rss"):
        names.add("private-memory")  # D20
    mimalloc = doc.get("mimalloc") or {}
    reserved = (mimalloc.get("reserved") or {}).get("total", 0)
    if reserved >= 0.9 * GIB or (doc.get("platform") == "linux" and mimalloc.get("committed")):
        names.add("allocator-reservation")  # D21
    kept = doc.get("protectedObjectTypeCounts") or {}
    if kept.get("StatWatcher", 0) > 100 or kept.get("Timeout", 0) > 200 or kept.get("Subprocess", 0) > 50:
        names.add("protected-objects")  # D22
    cpu = usage.get("userCPUTime", 0) + usage.get("systemCPUTime", 0)
    if up and cpu / 1e6 / up > 0.8:
        names.add("busy-process")  # D23
    sizes = [x for x in (rss, hu, ht, ext, ab) if x]
    if "derived-field" not in names and None not in {rss, mph, up} and len(sizes) > 1 and _rounded(sizes):
        names.add("unit-ambiguous")  # D25
    negative = any(x is not None and x < 0 for x in (hu, ht, ext, ab, rss))
    contradiction = node and ((ab or 0) > (ext or ab or 0) or (hu or 0) > (ht or hu or 0))
    above_ram = "heap-limit-is-ram" in names and rss is not None and rss > lim
    if negative or contradiction or above_ram:
        names.add("inconsistent-numbers")  # D27
    bun_1_4 = str(doc.get("nodeVersion", "")).startswith("v26.")
    if d07 and d09 and bun and not bun_1_4:
        names.add("stream-buffer-capacity")  # D29
    return names


def _smaps(text: str) -> dict[str, float]:
    found: dict[str, float] = {}
    for part in text.replace(";", "\n").splitlines():
        name, colon, rest = part.strip().partition(":")
        words = rest.split()
        if colon and len(words) >= 2 and words[0].isdigit():
            found[name] = int(words[0]) * {"kB": 1024, "MB": 1e6}.get(words[1], 1)
    return found


def _rounded(sizes: list[float]) -> bool:
    return any(
        all(abs(round(size / tenth) * tenth - size) <= 1 for size in sizes) for tenth in (100_000, MIB / 10)
    )
