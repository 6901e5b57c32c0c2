"""Thousands of sockets in one process of their own, held cheaply: what they send, hear and miss."""
