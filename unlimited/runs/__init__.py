"""Scheduled tasks: each part of a run fails alone, and each run leaves a row that says how it went."""
