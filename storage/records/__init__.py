"""Records: what belongs to a forum or a person, what the municipality keeps and disposes of."""
