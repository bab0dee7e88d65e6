"""What people ask for, one module per subject."""
