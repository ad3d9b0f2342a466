"""HTTP as API Gateway passes it on: events read into requests, responses written as replies."""
