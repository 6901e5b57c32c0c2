"""Meetings of other programs, in the Meeting Guide format of code4recovery: read, kept and looked through."""
