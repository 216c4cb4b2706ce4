"""A heap snapshot as typed arrays, and what follows from it, with the numbers of DevTools."""
