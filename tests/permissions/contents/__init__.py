"""A world of planted words: who may read each of them. Adding words: docs/api.md."""
