"""Fetching what strangers publish, so that it can harm nobody and reach nothing inside."""
