"""Who holds most of a heap, and what a file leaves out of that."""
