"""iCalendar: feeds, invitations and time zones (RFC 5545, 5546, 7986)."""
