"""The pages about ideas, one file per area."""
