"""Findings: what a person must know about a file although no single row has a problem. The rows are loaded."""
