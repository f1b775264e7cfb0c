"""Reads that span models, for a page and its JSON."""
