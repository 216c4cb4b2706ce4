"""Rules about the process: what its memory is made of, and what is wrong with it."""
