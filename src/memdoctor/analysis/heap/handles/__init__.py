"""Sockets, timers, promises."""
