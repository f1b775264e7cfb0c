"""Pages: for respondents, for those who make questionnaires, for those who read what came back."""
