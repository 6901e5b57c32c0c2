"""Mails: a function for each kind of message, rendering, and two ways to send."""
