"""A small local Slack for the demo page and the tests. Knows nothing of the program."""
