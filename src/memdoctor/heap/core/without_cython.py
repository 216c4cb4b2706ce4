"""Stands in for `cython` where it is not installed: the core then runs interpreted."""

from collections.abc import Callable
from typing import Any, TypeVar

compiled = False
Function = TypeVar("Function", bound=Callable[..., Any])


def _as_it_is(function: Function) -> Function:
    return function


cfunc = inline = _as_it_is


def _directive(**_settings: object) -> Callable[[Function], Function]:
    return _as_it_is


exceptval = _directive


def cast(_type: object, value: int) -> int:
    """Return the value: Python's integers do not wrap."""
    return value


def fused_type(*types: object) -> object:
    """Stand for any of the types: an annotation, and annotations are not evaluated."""
    return types


uint = ulonglong = Py_ssize_t = None


class _Nogil:
    """`with cython.nogil:` and `@cython.nogil`: interpreted code cannot do without the GIL."""

    def __call__(self, function: Function) -> Function:
        return function

    def __enter__(self) -> None: ...

    def __exit__(self, *_error: object) -> None: ...


nogil = _Nogil()
