"""Speaks Slack and runs the process."""
