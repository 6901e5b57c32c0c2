"""Figures for coordinators: of whole months that are over, never of so few people that one could be known."""
