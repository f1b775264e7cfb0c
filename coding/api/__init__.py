"""The REST API of codebooks, rounds and the work of coders."""
