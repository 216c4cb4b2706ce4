"""The compiled core is optional: without a C compiler, memdoctor installs and runs interpreted."""

import sys

from setuptools import Extension, setup

CORE = ("scan", "floods", "tree", "shapes")


def extensions() -> list[Extension]:
    """Return the core's extensions, or none where Cython is missing."""
    try:
        from Cython.Build import cythonize
    except ImportError:
        return []
    optimize = [] if sys.platform == "win32" else ["-O3"]
    modules = [
        Extension(
            f"memdoctor.heap.core.{name}",
            [f"src/memdoctor/heap/core/{name}.py"],
            extra_compile_args=optimize,
        )
        for name in CORE
    ]
    built: list[Extension] = cythonize(modules, build_dir="build/core")
    for extension in built:
        extension.optional = True  # cythonize drops what an Extension was told
    return built


setup(ext_modules=extensions())
