"""Pages about incubators, one file per area."""
