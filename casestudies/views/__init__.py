"""Pages of cases, events, contributions and field notes."""
