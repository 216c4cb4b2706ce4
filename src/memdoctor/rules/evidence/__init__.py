"""Rules about the evidence: what a reported number really is, and what it cannot show."""
