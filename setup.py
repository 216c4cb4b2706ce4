"""The compiled core is optional: without a C compiler, memdoctor installs and runs interpreted."""

import sys
from pathlib import Path

from setuptools import Extension, setup

CORE = Path("src/memdoctor/heap/core")
NOT_COMPILED = {"__init__", "without_cython"}


def extensions() -> list[Extension]:
    """Return the core's extensions, or none where Cython is missing."""
    try:
        from Cython.Build import cythonize
    except ImportError:
        return []
    optimize = [] if sys.platform == "win32" else ["-O3"]
    modules = [
        Extension(f"memdoctor.heap.core.{file.stem}", [file.as_posix()], extra_compile_args=optimize)
        for file in sorted(CORE.glob("*.py"))
        if file.stem not in NOT_COMPILED
    ]
    built: list[Extension] = cythonize(modules, build_dir="build/core")
    for extension in built:
        extension.optional = True  # cythonize drops what an Extension was told
    return built


setup(ext_modules=extensions())
