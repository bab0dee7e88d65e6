"""What is remembered: tables, questions and changes. Imports nothing of the other rooms."""
