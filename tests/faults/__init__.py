"""Faults run for real: processes killed and frozen, databases stopped, links lost, a failing Slack."""
