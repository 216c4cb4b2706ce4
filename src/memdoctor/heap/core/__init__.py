"""The compiled core: loops over millions of numbers, in Cython's pure-Python mode.

Without a C compiler the same files run interpreted: correct, and some hundred times slower. Rules for
what stands here: no Python object in a loop, nothing recursive (a list of a million links is one path),
no GIL held. Callers hand over `memoryview(array)`, never the array, so that interpreted code sees Python
integers, which do not wrap; and every index in an array has been checked against its range before.
"""
