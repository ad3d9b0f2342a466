# A contract that API Gateway or DynamoDB could not keep is an error that names the place.
mock_provider "aws" {}

variables {
  package = "versions.tf"
  jwt     = { issuer = "https://issuer.example.com", audience = ["api"] }
}

run "two_scopes_on_one_operation" {
  command = plan
  variables {
    contract = "tests/contracts/two_scopes_on_one_operation.yaml"
  }
  expect_failures = [aws_apigatewayv2_route.operation]
}

run "either_of_two_scopes" {
  command = plan
  variables {
    contract = "tests/contracts/either_of_two_scopes.yaml"
  }
  expect_failures = [aws_apigatewayv2_route.operation]
}

run "any_token_will_do" {
  command = plan
  variables {
    contract = "tests/contracts/any_token_will_do.yaml"
  }
  expect_failures = [aws_apigatewayv2_route.operation]
}

run "neither_scope_nor_public" {
  command = plan
  variables {
    contract = "tests/contracts/neither_scope_nor_public.yaml"
  }
  expect_failures = [aws_apigatewayv2_route.operation]
}

run "a_scope_without_a_resource" {
  command = plan
  variables {
    contract = "tests/contracts/a_scope_without_a_resource.yaml"
  }
  expect_failures = [aws_apigatewayv2_route.operation]
}

run "no_operation_id" {
  command = plan
  variables {
    contract = "tests/contracts/no_operation_id.yaml"
  }
  expect_failures = [aws_apigatewayv2_route.operation]
}

run "a_duplicate_operation_id" {
  command = plan
  variables {
    contract = "tests/contracts/a_duplicate_operation_id.yaml"
  }
  expect_failures = [aws_apigatewayv2_route.operation]
}

run "a_method_without_a_route" {
  command = plan
  variables {
    contract = "tests/contracts/a_method_without_a_route.yaml"
  }
  expect_failures = [aws_apigatewayv2_route.operation]
}

run "a_throttle_without_a_burst" {
  command = plan
  variables {
    contract = "tests/contracts/a_throttle_without_a_burst.yaml"
  }
  expect_failures = [aws_apigatewayv2_route.operation]
}

run "a_parameter_within_a_step" {
  command = plan
  variables {
    contract = "tests/contracts/a_parameter_within_a_step.yaml"
  }
  expect_failures = [aws_apigatewayv2_route.operation]
}

run "a_table_without_a_key" {
  command = plan
  variables {
    contract = "tests/contracts/a_table_without_a_key.yaml"
  }
  expect_failures = [aws_dynamodb_table.this]
}

run "a_key_that_is_no_attribute" {
  command = plan
  variables {
    contract = "tests/contracts/a_key_that_is_no_attribute.yaml"
  }
  expect_failures = [aws_dynamodb_table.this]
}

run "an_index_without_a_key" {
  command = plan
  variables {
    contract = "tests/contracts/an_index_without_a_key.yaml"
  }
  expect_failures = [aws_dynamodb_table.this]
}

run "an_index_whose_key_is_no_attribute" {
  command = plan
  variables {
    contract = "tests/contracts/an_index_whose_key_is_no_attribute.yaml"
  }
  expect_failures = [aws_dynamodb_table.this]
}

run "a_table_that_may_be_scanned" {
  command = plan
  variables {
    contract = "tests/contracts/a_table_that_may_be_scanned.yaml"
  }
  expect_failures = [aws_dynamodb_table.this]
}

run "a_table_that_nothing_may_be_done_to" {
  command = plan
  variables {
    contract = "tests/contracts/a_table_that_nothing_may_be_done_to.yaml"
  }
  expect_failures = [aws_dynamodb_table.this]
}
