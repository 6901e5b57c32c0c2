"""Thin: a request becomes a command below, and its answer a page."""
