"""A person in danger is noticed: by the room, by check-ins and by replies alike."""
