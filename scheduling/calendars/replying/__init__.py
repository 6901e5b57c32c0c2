"""Answers to invitations that come by mail (iMIP, RFC 6047; iTIP REPLY, RFC 5546 section 3.2.3)."""
