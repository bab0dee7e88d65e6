"""The command line's subjects. Each works without Slack."""
