"""An engine that keeps an OpenAPI contract: on API Gateway, Lambda and DynamoDB."""
