"""What a request and a cold start cost, here and elsewhere."""
