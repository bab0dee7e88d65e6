"""The demo: the local Slack with its page and the bot beside it, two processes of their own, invented people."""
