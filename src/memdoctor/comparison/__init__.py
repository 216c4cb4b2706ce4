"""A report against an earlier one: which findings are new, which are worse, which are known."""
