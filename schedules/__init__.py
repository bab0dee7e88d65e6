"""What the clock asks for: pure rules for what is due, and the ticks that act on them."""
