"""Pages of the room: codebooks, rounds, and the coder's own."""
