"""A feed-forward neural network for handwritten digits, in plain Python lists."""
