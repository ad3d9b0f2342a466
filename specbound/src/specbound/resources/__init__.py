"""What operations on resources have in common."""
