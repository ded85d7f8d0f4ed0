"""What everything runs on: settings, database, lanes, clock, telemetry. Knows nothing of questions or channels."""
