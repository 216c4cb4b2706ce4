"""Makes sets of heap snapshots of programs whose truth is known: the first half of leaks.py.

The programs of leak_programs/ are copied into the folder, beside the npm packages they use, so that
import and require find these. Each set is four snapshots of one process and its truth.json.
"""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

PROGRAMS = Path(__file__).parent / "leak_programs"
SIZES = (1, 4, 16)
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
TRUTH = "truth.json"


@dataclass(frozen=True, slots=True)
class Program:
    """A program, the npm packages it uses, the sizes it is run in, and whether it drives a browser."""

    name: str
    packages: tuple[str, ...] = ()
    sizes: tuple[int, ...] = (1,)
    browser: bool = False

    def file(self) -> Path:
        """Return where it is: a module of one kind or the other."""
        [found] = (PROGRAMS / f"{self.name}{end}" for end in (".js", ".mjs") if self.exists(end))
        return found

    def exists(self, end: str) -> bool:
        """Tell whether it is written as that kind of module."""
        return (PROGRAMS / f"{self.name}{end}").exists()

    def sets(self) -> Iterator[tuple[str, int]]:
        """Yield the name of each set and its size."""
        for size in self.sizes:
            yield (f"{self.name}-{size}" if len(self.sizes) > 1 else self.name), size


HEALTHY = (
    Program("lru", ("lru-cache@11",), SIZES),
    Program("ttl", (), SIZES),
    Program("object-pool", (), SIZES),
    Program("lazy-require", ("lodash@4", "date-fns@4"), SIZES),
    Program("warm-up", ("handlebars@4", "ejs@3"), SIZES),
    Program("sawtooth", (), SIZES),
    Program("drained-burst", (), SIZES),
    Program("ring-buffer", (), SIZES),
    Program("session-store", ("express@5", "express-session@1"), SIZES),
)
LEAKING = (
    Program("module-array"),
    Program("module-array-esm"),
    Program("closure-chain"),
    Program("abort-listeners"),
    Program("interval-per-connection"),
    Program("map-by-request"),
    Program("map-by-request-private"),
    Program("promise-chain"),
    Program("async-generator"),
    Program("memoize-by-object", ("lodash@4",)),
    Program("embeddings"),
    Program("embeddings-esm"),
    Program("memory-store", ("express@5", "express-session@1")),
    Program("rxjs", ("rxjs@7",)),
    Program("rxjs-esm", ("rxjs@7",)),
    Program("error-causes"),
    Program("sliced-strings"),
    Program("buffer-slices"),
    Program("detached-dom", browser=True),
)


def install(folder: Path, packages: Sequence[str]) -> None:
    """Install packages into a folder, and nothing else there; raise CalledProcessError if that fails."""
    if not packages:
        return
    call = ["npm", "install", "--prefix", str(folder), "--no-save", "--no-package-lock", "--no-audit"]
    env = os.environ | {"PUPPETEER_SKIP_DOWNLOAD": "1"}
    subprocess.run([*call, "--no-fund", "--loglevel=error", *packages], env=env, check=True)


def make(folder: Path, node: str, only: Sequence[str]) -> None:
    """Make the sets that are not there yet; with names, the sets of these programs again."""
    known = (*HEALTHY, *LEAKING)
    if unknown := set(only) - {program.name for program in known}:
        raise SystemExit(f"no such program: {', '.join(sorted(unknown))}")
    folder.mkdir(parents=True, exist_ok=True)
    # All packages in one call: with --no-save, npm takes out what an earlier one brought.
    install(folder, sorted({name for program in known for name in program.packages}))
    shutil.copytree(PROGRAMS, folder / "programs", dirs_exist_ok=True)
    browser = next((path for one in BROWSERS if (path := shutil.which(one))), "")
    for program in known:
        if only and program.name not in only:
            continue
        if program.browser and not browser:
            print(f"{program.name}: left out, there is none of {', '.join(BROWSERS)}")
            continue
        for name, size in program.sets():
            if only or not (folder / name / TRUTH).exists():
                run(folder, program, name, (node, str(size), browser))


def run(folder: Path, program: Program, name: str, how: tuple[str, str, str]) -> None:
    """Run one program; its folder comes to be there only when it is whole."""
    coming = folder / f"{name}.coming"
    shutil.rmtree(coming, ignore_errors=True)
    coming.mkdir()
    node, size, browser = how
    start = time.perf_counter()
    subprocess.run(
        [node, "--expose-gc", folder.resolve() / "programs" / program.file().name, coming, size],
        env=os.environ | {"CHROMIUM": browser},
        check=True,
    )
    shutil.rmtree(folder / name, ignore_errors=True)
    coming.rename(folder / name)
    written = sum(file.stat().st_size for file in (folder / name).glob("*.heapsnapshot"))
    print(f"{name}: {time.perf_counter() - start:.1f} s, {written / 1e6:.0f} MB", flush=True)
