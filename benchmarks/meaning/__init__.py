"""How safety's sense of meaning is made: an encoder cut from a published one, a judge of our own."""

import safety as safety  # first of all: it keeps numpy to one thread
