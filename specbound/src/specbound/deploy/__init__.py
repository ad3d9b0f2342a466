"""What becomes of a service when it is deployed. Nothing in here runs in Lambda."""
