"""Create and publish questionnaires, run fieldwork, answer."""
