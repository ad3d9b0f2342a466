"""One module per stack. Each makes its DynamoDB client, and has a `handler` for API Gateway's events.

`stub` lets the database answer at once, within the process; `LACKS` are the measured requests that it does not answer.
"""
