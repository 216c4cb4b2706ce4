"""Which processes are whose, which were left behind, and what they cost: from what was seen of them."""
