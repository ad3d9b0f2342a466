"""What a whole request costs, event to table and back, and a cold start: here, and with what else people run."""
