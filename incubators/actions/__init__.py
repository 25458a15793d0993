"""What can be done with incubators, one file per area."""
