"""The forms about ideas, one file per area."""
