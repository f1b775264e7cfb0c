"""Many-row questions of the room; every list begins at `visible_to(user)`."""
