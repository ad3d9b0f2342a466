"""What the service does: one module for each tag of the contract."""
