"""How safety's sense of meaning is made: an encoder cut from a published one, a judge of our own."""
