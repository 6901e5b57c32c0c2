"""The live room: commands that write numbered events, and the sockets that carry them."""
