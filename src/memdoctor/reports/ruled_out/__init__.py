"""What a case rules out, and what it cannot decide: a file for each kind of what is brought."""
