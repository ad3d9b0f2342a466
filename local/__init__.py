"""Stand-ins for AWS on one machine. Nothing in here runs in Lambda."""
