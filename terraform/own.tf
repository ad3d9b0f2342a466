# What is this service's alone. Its resources stand here, beside the API; here is also what the function may do with them,
# and what its environment tells it of them. A new version of the engine leaves this file as it is.
locals {
  # For example { ORDERS_QUEUE = aws_sqs_queue.orders.url }
  own_environment = {}
  # Statements of the function's role, as IAM has them: { Effect = "Allow", Action = ["sqs:SendMessage"], Resource = … }
  own_statements = []
}
