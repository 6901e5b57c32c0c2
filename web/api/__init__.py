"""The JSON API, /api/v1. Times are RFC 3339 with an offset; errors are RFC 9457 with a stable `code`."""
