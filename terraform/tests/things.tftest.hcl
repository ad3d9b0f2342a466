# What becomes of a small contract, written out. Its operations and tables are as unlike each other as they may be.
mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  contract = "tests/contracts/things.yaml"
  package  = "../build/terraform-test/things.zip" # empty, with the contract's manifest: nothing is uploaded
}

run "each_operation_has_the_scope_that_it_names_or_the_documents" {
  assert {
    condition = { for key, route in aws_apigatewayv2_route.operation : key => try(one(route.authorization_scopes), "open") } == {
      "GET /things/{thingId}" = "things/read", "HEAD /things/{thingId}" = "things/read", "DELETE /things/{thingId}" = "things/write",
      "GET /health"           = "open", "HEAD /health" = "open"
    }
    error_message = "An operation takes the document's scope unless it names its own; HEAD has GET's."
  }
}

run "throttles_and_keys_and_expiry_are_those_of_the_contract" {
  assert {
    condition     = [for each in aws_apigatewayv2_stage.this.route_settings : [each.route_key, each.throttling_rate_limit, each.throttling_burst_limit]] == [["DELETE /things/{thingId}", 2, 3]]
    error_message = "One route has a throttle of its own."
  }
  assert {
    condition = [
      for each in aws_apigatewayv2_stage.this.default_route_settings : [each.throttling_rate_limit, each.throttling_burst_limit]
    ] == [[var.throttle.rate, var.throttle.burst]]
    error_message = "All other routes share the throttle of the API."
  }
  assert {
    condition     = aws_dynamodb_table.this["things"].ttl[0].attribute_name == "expires" && length(aws_dynamodb_table.this["plain"].ttl) == 0
    error_message = "Items expire where the contract says so, and nowhere else."
  }
  assert {
    condition = (
      [for each in aws_dynamodb_table.this["things"].global_secondary_index : [each.name, each.hash_key, each.range_key, each.projection_type]] == [["by_kind", "kindPartition", "position", "ALL"]] &&
      length(aws_dynamodb_table.this["plain"].global_secondary_index) == 0
    )
    error_message = "A table has the indexes that the contract gives it."
  }
}

run "the_function_is_called_after_the_contract" {
  assert {
    condition     = aws_lambda_function.this.function_name == "things-of-all-kinds" && aws_dynamodb_table.this["plain"].name == "things-of-all-kinds-plain"
    error_message = "Names are made of the contract's title."
  }
}

run "browsers_are_told_what_the_contract_takes" {
  variables {
    cors_origins = ["https://app.example.com"]
  }
  assert {
    condition     = join(" ", aws_apigatewayv2_api.this.cors_configuration[0].allow_methods) == "DELETE GET HEAD"
    error_message = "Methods are those of the operations, and HEAD where there is GET."
  }
  assert {
    condition     = join(" ", aws_apigatewayv2_api.this.cors_configuration[0].allow_headers) == "authorization content-type if-match x-trace"
    error_message = "Request headers are those of the parameters, shared ones and referenced ones included."
  }
  assert {
    condition     = join(" ", aws_apigatewayv2_api.this.cors_configuration[0].expose_headers) == "retry-after www-authenticate x-count x-request-id"
    error_message = "Response headers are those of the responses, referenced ones and the engine's own included."
  }
  assert {
    condition = (
      join(" ", aws_apigatewayv2_api.this.cors_configuration[0].allow_origins) == "https://app.example.com" &&
      coalesce(aws_apigatewayv2_api.this.cors_configuration[0].allow_credentials, false) == false
    )
    error_message = "Pages of the named origins may call, of no others, and nobody's cookies come along."
  }
}

run "no_page_may_call_unless_its_origin_is_named" {
  assert {
    condition     = length(aws_apigatewayv2_api.this.cors_configuration) == 0
    error_message = "CORS is off by default."
  }
}

run "without_an_issuer_there_is_a_user_pool_with_the_contracts_scopes" {
  assert {
    condition     = [for name, server in aws_cognito_resource_server.this : [name, join(" ", sort(server.scope[*].scope_name))]] == [["things", "read write"]]
    error_message = "Resource servers and scopes come from the contract."
  }
  assert {
    condition = (
      join(" ", aws_cognito_user_pool_client.machine["machine.1"].allowed_oauth_scopes) == "things/read things/write" &&
      join(" ", aws_cognito_user_pool_client.machine["machine.1"].allowed_oauth_flows) == "client_credentials"
    )
    error_message = "The machine client may get every scope, and only in its own name."
  }
  assert {
    condition     = aws_cognito_user_pool.this[0].deletion_protection == "ACTIVE"
    error_message = "The clients of a pool that is deleted cannot be made again: it is safe by default."
  }
  assert {
    condition = (
      aws_apigatewayv2_authorizer.jwt[0].jwt_configuration[0].issuer == "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_mock" &&
      one(aws_apigatewayv2_authorizer.jwt[0].jwt_configuration[0].audience) == aws_cognito_user_pool_client.machine["machine.1"].id
    )
    error_message = "The API must accept the machine client's tokens."
  }
  assert {
    condition     = strcontains(output.how_to_get_a_token, "client_credentials") && endswith(output.token_endpoint, ".amazoncognito.com/oauth2/token")
    error_message = "A user must be told how to get a token."
  }
  assert {
    condition = issensitive(output.client_secrets) && alltrue([
      for shown in [output.how_to_get_a_token, output.token_endpoint, output.clients, aws_lambda_function.this.environment[0].variables] :
      !strcontains(jsonencode(shown), nonsensitive(output.client_secrets["machine.1"]))
    ])
    error_message = "The machine client's secret must be shown by no output but its own, which Terraform does not print."
  }
}
