# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
# mypy: ignore-errors
"""Digits and string ends, from the mapped file into arrays.

A scan fills what it is given and goes on from there when it is called again, so that the caller can
give pages back and tell how far it is. Its `state`: [the next byte, how much was found, what is wrong].
"""

from __future__ import annotations

try:
    import cython
except ImportError:
    from memdoctor.heap.core import without_cython as cython

# Where in `state`, and what can be wrong.
BYTE, FOUND, WRONG = 0, 1, 2
NOTHING, NO_NUMBER, TOO_LARGE, NO_COMMA, CUT_OFF = 0, 1, 2, 3, 4


def scan_numbers(
    text: cython.const[cython.uchar][::1],
    end: cython.Py_ssize_t,
    width: cython.Py_ssize_t,
    out: cython.ulonglong[::1],
    state: cython.longlong[::1],
) -> None:
    """Fill `out` with the numbers that follow, separated by commas; one may follow the last.

    They are rows of `width` numbers and go column after column: the first ones of all rows, then the
    second ones. What is asked for must not go beyond the array's closing bracket, which ends every loop;
    `end` is that bracket, or where another part of the array begins.
    """
    position: cython.Py_ssize_t = state[0]
    size: cython.Py_ssize_t = out.shape[0]
    rows: cython.Py_ssize_t = size // width
    row: cython.Py_ssize_t = 0
    place: cython.Py_ssize_t = 0
    found: cython.Py_ssize_t = 0
    start: cython.Py_ssize_t
    value: cython.ulonglong
    sign: cython.int
    wrong: cython.int = 0
    with cython.nogil:
        while found < size:
            sign = text[position]
            while sign == 32 or sign == 10 or sign == 13 or sign == 9:
                position += 1
                sign = text[position]
            start = position
            value = 0
            while 48 <= sign <= 57:
                value = value * 10 + (sign - 48)
                position += 1
                sign = text[position]
            if position == start:
                wrong = 1
                break
            if position - start > 15:  # more would not be exact in JavaScript either
                wrong = 2
                break
            out[place] = value
            place += rows
            if place >= size:
                row += 1
                place = row
            found += 1
            while sign == 32 or sign == 10 or sign == 13 or sign == 9:
                position += 1
                sign = text[position]
            if sign == 44:
                position += 1
            elif position >= end:
                break
            else:
                wrong = 3
                break
    state[0] = position
    state[1] = found
    state[2] = wrong


def count_commas(
    text: cython.const[cython.uchar][::1], start: cython.Py_ssize_t, stop: cython.Py_ssize_t
) -> cython.Py_ssize_t:
    """Count the commas between two bytes."""
    position: cython.Py_ssize_t
    found: cython.Py_ssize_t = 0
    with cython.nogil:
        for position in range(start, stop):
            found += text[position] == 44
    return found


def scan_strings(
    text: cython.const[cython.uchar][::1],
    starts: cython.ulonglong[::1],
    lengths: cython.uint[::1],
    state: cython.longlong[::1],
) -> None:
    """Fill `starts` and `lengths` with the strings that follow, in bytes, without their quotes.

    Ends before what is neither comma nor string: `text[state[BYTE]]` tells what it was.
    """
    position: cython.Py_ssize_t = state[0]
    last: cython.Py_ssize_t = text.shape[0]
    size: cython.Py_ssize_t = starts.shape[0]
    found: cython.Py_ssize_t = 0
    start: cython.Py_ssize_t
    sign: cython.int
    wrong: cython.int = 0
    with cython.nogil:
        while found < size:
            while position < last:
                sign = text[position]
                if sign != 32 and sign != 10 and sign != 13 and sign != 9 and sign != 44:
                    break
                position += 1
            if position >= last:
                wrong = 4
                break
            if text[position] != 34:
                break
            start = position + 1
            position = start
            while position < last and text[position] != 34:
                position += 2 if text[position] == 92 else 1
            if position >= last:
                position = start - 1
                wrong = 4
                break
            starts[found] = start
            lengths[found] = position - start
            found += 1
            position += 1
    state[0] = position
    state[1] = found
    state[2] = wrong


def find_strings(
    text: cython.const[cython.uchar][::1],
    starts: cython.ulonglong[::1],
    lengths: cython.uint[::1],
    wanted: cython.const[cython.uchar][::1],
    wanted_ends: cython.uint[::1],
    by_length: cython.uchar[::1],
    found: cython.longlong[::1],
) -> None:
    """Find the first string that equals each of the `wanted` ones, which come in order of their length.

    Of wanted string `i` the last byte is before `wanted_ends[i + 1]`. `by_length[n]` is one more than the
    first wanted string of that length, or 0. `found` gets the indices, and keeps -1 for what is not there.
    """
    index: cython.Py_ssize_t
    place: cython.Py_ssize_t
    which: cython.Py_ssize_t
    start: cython.Py_ssize_t
    length: cython.Py_ssize_t
    longest: cython.Py_ssize_t = by_length.shape[0]
    with cython.nogil:
        for index in range(starts.shape[0]):
            length = lengths[index]
            if length >= longest or by_length[length] == 0:
                continue
            which = by_length[length] - 1
            start = starts[index]
            while which < found.shape[0] and (wanted_ends[which + 1] - wanted_ends[which]) == length:
                place = 0
                while place < length and text[start + place] == wanted[wanted_ends[which] + place]:
                    place += 1
                if place == length and found[which] < 0:
                    found[which] = index
                which += 1
