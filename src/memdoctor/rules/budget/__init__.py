"""Budgets of the call: what is allowed, by `--budget` or `[budget]` in the configuration."""
