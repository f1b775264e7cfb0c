"""The permission matrix: every address x method x who -> status. Adding lines: docs/api.md."""
