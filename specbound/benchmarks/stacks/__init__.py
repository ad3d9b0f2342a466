"""One module per stack; each makes its DynamoDB client and has a `handler` for API Gateway's events."""
