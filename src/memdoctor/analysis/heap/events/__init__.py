"""Who listens to what."""
