"""Collections and how many entries they hold."""
