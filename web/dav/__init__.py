"""CalDAV for reading (RFC 4791), with sync (RFC 6578) and the current user (RFC 5397)."""
