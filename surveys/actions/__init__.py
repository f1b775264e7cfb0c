"""What people do with questionnaires: make, publish, take to the field, answer."""
