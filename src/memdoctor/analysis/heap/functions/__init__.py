"""Functions by their code, and the scopes they see."""
