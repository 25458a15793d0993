"""Everything that changes an idea, one file per area."""
