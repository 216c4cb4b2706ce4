"""Records to numbers. No opinion, no text for people, no printing."""
