"""Whether growth in series of snapshots is found, and what is not a leak is left alone.

`python benchmarks/leaks.py make FOLDER` runs the programs of leak_programs/ with Node and Chromium: each
gives a set, four snapshots of one process and what is true of them. `python benchmarks/leaks.py judge
FOLDER…` gives the sets to memdoctor and with --memlab also to memlab, keeps what they said in
FOLDER/results.json, and prints tables; --write puts them into docs/accuracy.md. memlab is not asked twice
about a set: take it out of results.json for that.
"""

import argparse
import json
import re
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from into_docs import put
from leak_memlab import COMMANDS, LOOKED_AT, Memlab, memlab
from leak_sets import TRUTH, make
from startup import ROOT, memdoctor

PAGE = ROOT / "docs" / "accuracy.md"
MARK = "leaks"
LOUD = ("warning", "error")
RESULTS = "results.json"
MULTIPLES = (1, 2, 3)  # an entry can be several objects of a class: a task of two promises
SLACK = 10  # objects of that class that the program has besides
COUNTED = """\
Each set is four snapshots of one process, from a program of `benchmarks/leak_programs/`, which also says
what is true. A leaking set is found if a finding `growing-…` on the heap is first or second and names a
holder that the program accepts; *counts* tells in how many snapshots it has the number of entries, or twice
or thrice as many where an entry is several objects. Of a healthy set all warnings and errors are counted,
and beside them the notes that something grew.

memlab gets what is best for it. `find-leaks` compares snapshots 2, 3 and 4: what fills up is full by the
second. Without a flag it looks for what web pages leak, detached elements and React's. `unbound-object`
and `unbound-collection` get all four, and of their rows those are counted that rise at each step: *1 of
20* is one of 20 rows that it lists. Found is a leak if one of the first two clusters or rows has the
holder's class, field or variable anywhere in it, or in the `memlab trace` of the row. What it reports of
a healthy set is not always wrong: `lazy-require` does grow, yet does not leak."""
SPACES = re.compile(r"(?<=\d)[\s\u00a0\u202f\u2009](?=\d{3}\b)")


@dataclass(frozen=True, slots=True)
class Truth:
    """A set and what is true of it: the holders and words are expressions, none if it is healthy."""

    folder: Path
    runtime: str
    entries: tuple[int, ...]
    holders: tuple[str, ...]
    names: tuple[str, ...]

    @property
    def name(self) -> str:
        """Return the name of the set."""
        return self.folder.name

    @property
    def leaks(self) -> bool:
        """Tell whether it does."""
        return bool(self.holders)


def truths(folder: Path) -> list[Truth]:
    """Return the sets of a folder."""
    return [truth(file) for file in sorted(folder.glob(f"*/{TRUTH}"), key=by_size)]


def truth(file: Path) -> Truth:
    """Return the set of one truth.json."""
    known = json.loads(file.read_text(encoding="utf-8"))
    words = (tuple(known.get(key, ())) for key in ("holders", "names"))
    return Truth(file.parent, known["runtime"], tuple(known["entries"]), *words)


def by_size(file: Path) -> tuple[str, int]:
    """Order by name, then by the number after it."""
    name, _, size = file.parent.name.rpartition("-")
    return (name, int(size)) if size.isdigit() else (file.parent.name, 0)


def judged(one: Truth) -> dict[str, Any]:
    """Return what memdoctor says of a set: its warnings, and the first finding that is right."""
    files = sorted(one.folder.glob("*.heapsnapshot"))
    call = [*memdoctor(), "analyze", *map(str, files), "--json", "--top", "0", "--fail-on", "never"]
    done = subprocess.run(call, stdout=subprocess.PIPE, check=True)
    findings = [each for each in json.loads(done.stdout)["findings"] if not each.get("folded")]
    result: dict[str, Any] = {
        "warnings": [f"{each['rule']}: {holder(each)}" for each in findings if each["severity"] in LOUD],
        "growing": [f"{each['rule']}: {holder(each)}" for each in findings if grows(each)],
    }
    for rank, each in enumerate(findings, 1):
        if grows(each) and any(re.search(known, holder(each)) for known in one.holders):
            return result | {"rank": rank, "named": holder(each), "counts": counted(each, one.entries)}
    return result | {"rank": None, "named": None, "counts": 0}


def holder(finding: dict[str, Any]) -> str:
    """Return who is named: what follows the snapshot's name."""
    return re.sub(r"^.*?\.heapsnapshot#", "", finding["subject"]["name"])


def grows(finding: dict[str, Any]) -> bool:
    """Tell whether it is about what grows in a heap."""
    return finding["family"] == "heap" and str(finding["rule"]).startswith("growing-")


def counted(finding: dict[str, Any], entries: Sequence[int]) -> int:
    """Return of how many snapshots a finding has the number of entries."""
    told = [finding["message"], *(str(evidence["value"]) for evidence in finding["evidence"])]
    said = {int(number) for text in told for number in re.findall(r"\d+", SPACES.sub("", text))}
    return max(
        sum(any(0 <= one - times * true <= SLACK for one in said) for true in entries)
        for times in MULTIPLES
    )


def judge(folder: Path, peer: Memlab | None) -> dict[str, Any]:
    """Judge all sets of a folder, keep the results in it, and return them."""
    file = folder / RESULTS
    results: dict[str, Any] = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    for one in truths(folder):
        known = results.setdefault(one.name, {})
        known["memdoctor"] = judged(one)
        if peer and not known.get("memlab"):
            known["memlab"] = peer.judged(one.folder, one.names)
        file.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        print(f"{one.name}: {known['memdoctor']['named'] or known['memdoctor']['warnings']}", flush=True)
    return results


def report(folder: Path, results: dict[str, Any]) -> str:
    """Return the tables of one folder as Markdown."""
    known = truths(folder)
    leaking, healthy = ([one for one in known if one.leaks is leaks] for leaks in (True, False))
    runtimes = ", ".join(sorted({one.runtime for one in known}, reverse=True))
    heads = " | ".join(COMMANDS)
    return "\n".join(
        (
            f"### Series of snapshots: {runtimes}",
            "",
            summary(leaking, healthy, results),
            "",
            f"| leaking | entries | memdoctor: rank, holder | counts | {heads} |",
            "|---|---|---|---|" + "---|" * len(COMMANDS),
            *(leaking_row(one, results[one.name]) for one in leaking),
            "",
            f"| healthy | entries | memdoctor | {heads} |",
            "|---|---|---:|" + "---:|" * len(COMMANDS),
            *(healthy_row(one, results[one.name]) for one in healthy),
        )
    )


def summary(leaking: Sequence[Truth], healthy: Sequence[Truth], results: dict[str, Any]) -> str:
    """Return how many of the sets each tool is right about."""
    own = [results[one.name]["memdoctor"] for one in leaking]
    hits = sum(is_hit(one) for one in own)
    whole = sum(
        is_hit(one) and one["counts"] == len(of.entries) for one, of in zip(own, leaking, strict=True)
    )
    quiet = sum(not results[one.name]["memdoctor"]["warnings"] for one in healthy)
    said = (
        f"Of {len(leaking)} leaking sets memdoctor names the holder first or second in {hits}, in {whole} "
        f"with the number of entries in each snapshot; {quiet} of {len(healthy)} healthy get no warning."
    )
    return " ".join((said, *peer_summary(leaking, healthy, results)))


def peer_summary(
    leaking: Sequence[Truth], healthy: Sequence[Truth], results: dict[str, Any]
) -> Iterator[str]:
    """Yield for each command of memlab the same two numbers."""
    for command in COMMANDS:
        found = [said for one in leaking if (said := peer_said(results[one.name], command))]
        silent = [said for one in healthy if (said := peer_said(results[one.name], command))]
        if not found and not silent:
            continue
        hits = sum(is_hit(said) for said in found)
        quiet = sum(not said["reported"] for said in silent)
        yield f"memlab {command}: {hits} of {len(found)}; nothing reported in {quiet} of {len(silent)}."


def is_hit(said: dict[str, Any]) -> bool:
    """Tell whether the holder is named among the first."""
    return said["rank"] is not None and said["rank"] <= LOOKED_AT


def peer_said(result: dict[str, Any], command: str) -> dict[str, Any] | None:
    """Return what a command of memlab said, if it was asked and ended."""
    said: dict[str, Any] | None = (result.get("memlab") or {}).get(command)
    return said


def leaking_row(one: Truth, result: dict[str, Any]) -> str:
    """Return the line of a set that leaks."""
    own = result["memdoctor"]
    told = f"{own['rank']}, `{own['named']}`" if own["rank"] else "**not named**"
    counts = f"{own['counts']} of {len(one.entries)}" if own["rank"] else ""
    cells = (told, counts, *(peer_cell(result, command) for command in COMMANDS))
    return f"| {one.name} | {entries(one)} | {' | '.join(cells)} |"


def peer_cell(result: dict[str, Any], command: str) -> str:
    """Return a cell: at which rank memlab names the holder."""
    if "memlab" not in result:
        return ""
    said = peer_said(result, command)
    if said is None:
        return "did not finish"
    if said["rank"]:
        return str(said["rank"])
    return "not named" if said["reported"] else "nothing"


def healthy_row(one: Truth, result: dict[str, Any]) -> str:
    """Return the line of a set that does not leak: how much each tool reports."""
    loud, growing = (result["memdoctor"][kind] for kind in ("warnings", "growing"))
    notes = len(set(growing) - set(loud))
    cells = [("0" if not loud else f"**{len(loud)}**") + (f", {notes} note" if notes else "")]
    for command in COMMANDS:
        said = peer_said(result, command)
        cells.append(count(said) if said else "did not finish" if "memlab" in result else "")
    return f"| {one.name} | {entries(one)} | {' | '.join(cells)} |"


def count(said: dict[str, Any]) -> str:
    """Return how much memlab reports, and of how many rows that it lists."""
    less = said["listed"] > said["reported"]
    return f"{said['reported']} of {said['listed']}" if less else str(said["reported"])


def entries(one: Truth) -> str:
    """Return the entries at each snapshot."""
    return ", ".join(map(str, one.entries))


def main() -> None:
    """Make sets or judge them, and with --write bring the page up to date."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    ways = parser.add_subparsers(dest="way", required=True)
    making = ways.add_parser("make", help="run the programs whose sets are not there yet")
    making.add_argument("folder", type=Path)
    making.add_argument("--node", default="node", help="20 or newer")
    making.add_argument("--only", nargs="+", default=(), metavar="NAME", help="these programs, also again")
    judging = ways.add_parser("judge", help="what memdoctor and memlab say of the sets")
    judging.add_argument("folders", type=Path, nargs="+", metavar="folder")
    judging.add_argument("--memlab", action="store_true", help="ask memlab where it was not asked yet")
    judging.add_argument("--write", action="store_true", help=f"put the tables into {PAGE.name}")
    options = parser.parse_args()
    if options.way == "make":
        make(options.folder, options.node, options.only)
        return
    peer = memlab(options.folders[0]) if options.memlab else None
    text = "\n\n".join((COUNTED, *(report(folder, judge(folder, peer)) for folder in options.folders)))
    print(text)
    if options.write:
        put(text, PAGE, MARK)


if __name__ == "__main__":
    main()
