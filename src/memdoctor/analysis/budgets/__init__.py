"""What budgets speak of, measured. A room each; `checking.py` asks those that a budget needs."""
