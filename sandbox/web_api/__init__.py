"""The Web API: one table of methods, one module per family."""
