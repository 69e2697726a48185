"""The exercises: README.md asks, `answers` says what is right and why, `judges` look at code that a reader wrote."""
