"""Querysets of the room. Every list starts at `visible_to(user)`."""
