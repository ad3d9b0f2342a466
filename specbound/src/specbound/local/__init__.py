"""Stand-ins for AWS on one machine. Never in the zip."""
