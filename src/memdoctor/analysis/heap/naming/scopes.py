"""Scopes: what has the variables that functions see."""

_CONTEXT = "system / Context"
_OF_BUN = ("system / JSLexicalEnvironment", "JSLexicalEnvironment")


def is_scope(name: str) -> bool:
    """Whether that is the name of the class of scopes, in V8 or in Bun.

    >>> is_scope("system / Context / store.mjs"), is_scope("system / ContextSidePropertyCell")
    (True, False)
    """
    return is_scope_of_v8(name) or name in _OF_BUN


def is_scope_of_v8(name: str) -> bool:
    """Whether that is the name of the class of scopes in V8, which may tell more after it."""
    return name == _CONTEXT or name.startswith(f"{_CONTEXT} /")
