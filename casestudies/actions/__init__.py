"""What people do with cases, events, contributions, notes, consent and attachments."""
