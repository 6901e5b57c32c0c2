"""Whom we measure ourselves against: Node's socket.io, and a bare send loop in C as the limit."""
