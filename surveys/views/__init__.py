"""Pages for respondents, for people who create questionnaires and for people who read responses."""
