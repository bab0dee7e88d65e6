"""What `samverkansbot doctor` looks at: the settings, Slack, the database. Nothing is changed, no secret is shown."""
