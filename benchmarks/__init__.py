"""Measures the program, as ratios side by side in one run. Nothing here is a test: `make bench` prints a table."""
