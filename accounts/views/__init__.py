"""Pages of people: my account, who works here, what was done."""
