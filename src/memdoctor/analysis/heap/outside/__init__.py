"""What is outside the heap, or outside the document."""
