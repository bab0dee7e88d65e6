"""Every sentence a command can answer with, one module per subject."""
