"""What people type about incubators, one file per area."""
