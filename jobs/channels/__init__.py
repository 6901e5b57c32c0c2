"""The ways a reminder goes out: by mail, by text message, or as a push to a device."""
