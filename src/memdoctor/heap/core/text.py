# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
# mypy: ignore-errors
"""Texts without a Python string for each: digests by which equal ones are found, numbers read off them.

A digest is a polynomial over the bytes of a string as they stand in the file: that of a concatenation
follows from those of its parts. There are two, modulo 2⁶⁴ and modulo the prime 2³¹ - 1 with a base that
nobody knows before: no file can be made so that different strings seem equal.
"""

from __future__ import annotations

try:
    import cython
except ImportError:
    from memdoctor.heap.core import without_cython as cython


def digest_strings(
    text: cython.const[cython.uchar][::1],
    starts: cython.ulonglong[::1],
    lengths: cython.uint[::1],
    base: cython.ulonglong,
    secret: cython.ulonglong,
    digests: cython.ulonglong[::1],
    checks: cython.uint[::1],
    units: cython.uint[::1],
) -> None:
    """Fill `digests`, `checks` and `units` (UTF-16 units) of JSON strings, without their quotes."""
    index: cython.Py_ssize_t
    position: cython.Py_ssize_t
    stop: cython.Py_ssize_t
    escaped: cython.Py_ssize_t
    sign: cython.int
    count: cython.uint
    digest: cython.ulonglong
    check: cython.ulonglong
    prime: cython.ulonglong = 0x7FFFFFFF
    wrap: cython.ulonglong = 0xFFFFFFFFFFFFFFFF  # in Python nothing wraps by itself
    with cython.nogil:
        for index in range(starts.shape[0]):
            position = starts[index]
            stop = position + lengths[index]
            escaped = position
            digest = 0
            check = 0
            count = 0
            while position < stop:
                sign = text[position]
                digest = (digest * base + sign + 1) & wrap
                check = check * secret + sign + 1
                check = (check & prime) + (check >> 31)
                if position >= escaped:
                    if sign == 92:
                        escaped = position + (6 if position + 1 < stop and text[position + 1] == 117 else 2)
                        count += 1
                    elif sign & 0xC0 != 0x80:
                        count += 2 if sign >= 0xF0 else 1
                position += 1
            digests[index] = digest
            checks[index] = check % prime
            units[index] = count


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def _power(base: cython.ulonglong, exponent: cython.ulonglong, wrap: cython.ulonglong) -> cython.ulonglong:
    result: cython.ulonglong = 1
    while exponent > 0:
        if exponent & 1:
            result = (result * base) & wrap
        base = (base * base) & wrap
        exponent >>= 1
    return result


@cython.cfunc
@cython.inline
@cython.nogil
@cython.exceptval(check=False)
def _power_modulo(
    base: cython.ulonglong, exponent: cython.ulonglong, prime: cython.ulonglong
) -> cython.ulonglong:
    result: cython.ulonglong = 1
    while exponent > 0:
        if exponent & 1:
            result = (result * base) % prime
        base = (base * base) % prime
        exponent >>= 1
    return result


def digest_ropes(
    first: cython.uint[::1],
    second: cython.uint[::1],
    leaves: cython.uint,
    most: cython.uint,
    steps: cython.Py_ssize_t,
    base: cython.ulonglong,
    secret: cython.ulonglong,
    digests: cython.ulonglong[::1],
    checks: cython.uint[::1],
    units: cython.uint[::1],
    sizes: cython.ulonglong[::1],
    states: cython.uchar[::1],
    stack: cython.uint[::1],
    walk: cython.uint[::1],
) -> None:
    """Fill the digests, checks, units and bytes of concatenations from those of the leaves.

    Item `i` below `leaves` is a string; `leaves + r` is the concatenation of the items `first[r]` and
    `second[r]`. Leaves are appended, whole, until there are `most` units. A concatenation that holds
    itself counts as empty inside itself. `states` comes as 0; `stack` has room for all concatenations
    twice over, `walk` for `steps + 2` items: after so many steps a walk gives up.
    """
    rope: cython.Py_ssize_t
    top: cython.uint
    half: cython.uint
    turn: cython.int
    waiting: cython.Py_ssize_t
    walking: cython.Py_ssize_t
    step: cython.Py_ssize_t
    digest: cython.ulonglong
    size: cython.ulonglong
    check: cython.ulonglong
    count: cython.uint
    item: cython.uint
    prime: cython.ulonglong = 0x7FFFFFFF
    wrap: cython.ulonglong = 0xFFFFFFFFFFFFFFFF
    with cython.nogil:
        for rope in range(first.shape[0]):
            if states[rope]:
                continue
            stack[0] = rope
            waiting = 1
            while waiting > 0:
                top = stack[waiting - 1]
                if states[top] == 0:
                    states[top] = 1
                    for turn in range(2):
                        half = first[top] if turn == 0 else second[top]
                        if half >= leaves and states[half - leaves] == 0:
                            stack[waiting] = half - leaves
                            waiting += 1
                    continue
                waiting -= 1
                if states[top] == 2:
                    continue
                states[top] = 2
                item = first[top]
                digest = digests[item]
                check = checks[item]
                count = units[item]
                size = sizes[item]
                item = second[top]
                if count < most and (item < leaves or count + units[item] < most):
                    digest = (digest * _power(base, sizes[item], wrap) + digests[item]) & wrap
                    check = (check * _power_modulo(secret, sizes[item], prime) + checks[item]) % prime
                    count += units[item]
                    size += sizes[item]
                elif count < most:
                    walk[0] = item
                    walking = 1
                    step = 0
                    while walking > 0 and count < most and step < steps:
                        step += 1
                        walking -= 1
                        item = walk[walking]
                        if item < leaves:
                            digest = (digest * _power(base, sizes[item], wrap) + digests[item]) & wrap
                            check = (
                                check * _power_modulo(secret, sizes[item], prime) + checks[item]
                            ) % prime
                            count += units[item]
                            size += sizes[item]
                        else:
                            walk[walking] = second[item - leaves]
                            walk[walking + 1] = first[item - leaves]
                            walking += 2
                digests[leaves + top] = digest
                checks[leaves + top] = check
                units[leaves + top] = count
                sizes[leaves + top] = size


def group_keys(
    keys: cython.ulonglong[::1],
    table: cython.uint[::1],
    groups: cython.uint[::1],
    firsts: cython.uint[::1],
) -> cython.Py_ssize_t:
    """Give equal keys one group, in the order in which they come first; return how many there are.

    `table` has room for twice as many as there are keys, a power of two, and begins with zeros. Keys are
    digests: their low bits are as good as any.
    """
    index: cython.Py_ssize_t
    place: cython.ulonglong
    mask: cython.ulonglong = table.shape[0] - 1
    count: cython.uint = 0
    key: cython.ulonglong
    with cython.nogil:
        for index in range(keys.shape[0]):
            key = keys[index]
            place = (key ^ (key >> 29)) & mask
            while table[place] != 0 and keys[firsts[table[place] - 1]] != key:
                place = (place + 1) & mask
            if table[place] == 0:
                firsts[count] = index
                count += 1
                table[place] = count
            groups[index] = table[place] - 1
    return count


def read_numbers(
    text: cython.const[cython.uchar][::1],
    starts: cython.ulonglong[::1],
    lengths: cython.uint[::1],
    numbers: cython.longlong[::1],
) -> None:
    """Read the number, of at most 15 digits, that each string is or begins with; -1 where there is none."""
    index: cython.Py_ssize_t
    position: cython.Py_ssize_t
    stop: cython.Py_ssize_t
    number: cython.longlong
    with cython.nogil:
        for index in range(starts.shape[0]):
            position = starts[index]
            stop = position + (lengths[index] if lengths[index] < 15 else 15)
            number = -1
            while position < stop and 48 <= text[position] <= 57:
                number = (0 if number < 0 else number * 10) + text[position] - 48
                position += 1
            numbers[index] = number
