"""Pages of codebooks, rounds and coders."""
