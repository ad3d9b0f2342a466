# Everything in the contract is there and joined up. The provider is mocked: no account is needed.
mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  package = "../build/terraform-test/catalogue.zip" # empty, with the contract's manifest: nothing is uploaded
  jwt     = { issuer = "https://issuer.example.com", audience = ["api"] }
}

run "every_operation_has_its_route_its_scope_and_the_function_behind_it" {
  assert {
    condition     = toset(keys(aws_apigatewayv2_route.operation)) == toset(keys(jsondecode(file("../build/terraform-test/catalogue.json")).infrastructure.routes))
    error_message = "Routes and operations differ."
  }
  assert {
    condition = alltrue([
      for key, route in jsondecode(file("../build/terraform-test/catalogue.json")).infrastructure.routes : (
        aws_apigatewayv2_route.operation[key].operation_name == route.id &&
        jsonencode(try(sort(aws_apigatewayv2_route.operation[key].authorization_scopes), [])) == jsonencode(route.scopes) &&
        aws_apigatewayv2_route.operation[key].authorization_type == (route.authorizer == null ? "NONE" : "JWT")
      )
    ])
    error_message = "A route has another scope than its operation."
  }
  assert {
    condition = alltrue([
      for key, route in aws_apigatewayv2_route.operation :
      jsonencode([route.authorization_type, route.authorization_scopes, route.authorizer_id, route.target]) == jsonencode([
        aws_apigatewayv2_route.operation[replace(key, "/^HEAD /", "GET ")].authorization_type,
        aws_apigatewayv2_route.operation[replace(key, "/^HEAD /", "GET ")].authorization_scopes,
        aws_apigatewayv2_route.operation[replace(key, "/^HEAD /", "GET ")].authorizer_id,
        aws_apigatewayv2_route.operation[replace(key, "/^HEAD /", "GET ")].target,
      ])
    ])
    error_message = "HEAD must ask for the very token that GET asks for."
  }
  assert {
    condition = alltrue([
      for route in concat(values(aws_apigatewayv2_route.operation), [aws_apigatewayv2_route.default]) :
      route.target == "integrations/${aws_apigatewayv2_integration.function.id}"
    ])
    error_message = "A route leads elsewhere than to the function."
  }
  assert {
    condition     = aws_apigatewayv2_integration.function.integration_uri == aws_lambda_alias.live.invoke_arn
    error_message = "The API must call the alias, or there is nothing to roll back."
  }
  assert {
    condition     = aws_lambda_alias.live.function_version == "7" && aws_lambda_permission.api.qualifier == "live"
    error_message = "The alias must be the newest version, and API Gateway must be allowed to call it."
  }
  assert {
    condition = { for each in aws_apigatewayv2_stage.this.route_settings : each.route_key => each.throttling_rate_limit } == {
      for key, route in jsondecode(file("../build/terraform-test/catalogue.json")).infrastructure.routes : key => route.throttle.rate
      if route.throttle != null
    }
    error_message = "The throttles must be those of the contract."
  }
}

run "the_function_runs_on_what_its_package_was_built_for" {
  assert {
    condition     = aws_lambda_function.this.runtime == jsondecode(file("../build/terraform-test/catalogue.json")).runtime
    error_message = "The function has another Python than the one that wrote its bytecode."
  }
  assert {
    condition     = join(" ", aws_lambda_function.this.architectures) == jsondecode(file("../build/terraform-test/catalogue.json")).architecture
    error_message = "The function has another processor than its package's binaries are for."
  }
}

run "every_table_of_the_contract_exists_and_the_function_knows_its_name" {
  assert {
    condition     = toset(keys(aws_dynamodb_table.this)) == toset(keys(jsondecode(file("../build/terraform-test/catalogue.json")).infrastructure.tables))
    error_message = "Tables and x-dynamodb differ."
  }
  assert {
    condition = alltrue([
      for name, table in jsondecode(file("../build/terraform-test/catalogue.json")).infrastructure.tables :
      aws_dynamodb_table.this[name].hash_key == table.hash_key &&
      join(" ", sort([for each in aws_dynamodb_table.this[name].attribute : "${each.name}:${each.type}"])) == join(" ", sort([for key, type in table.attributes : "${key}:${type}"])) &&
      join(" ", sort([for each in aws_dynamodb_table.this[name].global_secondary_index : "${each.name}:${each.hash_key}:${each.range_key}"])) ==
      join(" ", sort([for index, each in table.indexes : "${index}:${each.hash_key}:${each.range_key}"]))
    ])
    error_message = "A table has other keys or indexes than the contract says."
  }
  assert {
    condition = alltrue([
      for name, table in aws_dynamodb_table.this :
      aws_lambda_function.this.environment[0].variables["TABLE_${upper(name)}"] == table.name
    ])
    error_message = "The function does not know the name of a table."
  }
  assert {
    condition = alltrue([
      for table in aws_dynamodb_table.this :
      table.point_in_time_recovery[0].enabled && length(table.server_side_encryption) == 0 && table.billing_mode == "PAY_PER_REQUEST"
    ])
    error_message = "A table is not on demand, is encrypted with a key that costs, or cannot be restored."
  }
}

run "the_role_may_do_nothing_but_what_the_contract_says" {
  assert {
    condition = toset(flatten([
      for statement in jsondecode(aws_iam_role_policy.function.policy).Statement : statement.Action
      ])) == toset(concat(
      flatten([for table in jsondecode(file("../build/terraform-test/catalogue.json")).infrastructure.tables : formatlist("dynamodb:%s", table.actions)]),
      [for table in jsondecode(file("../build/terraform-test/catalogue.json")).infrastructure.tables : "dynamodb:Query" if length(table.indexes) > 0],
      ["logs:CreateLogStream", "logs:PutLogEvents"],
    ))
    error_message = "The role has other actions than the contract gives it."
  }
  assert {
    condition     = !strcontains(aws_iam_role_policy.function.policy, "Scan") && !strcontains(aws_iam_role_policy.function.policy, "/*")
    error_message = "Nobody scans, and nobody may do things to whatever comes along."
  }
  assert {
    condition = alltrue([
      for statement in jsondecode(aws_iam_role_policy.function.policy).Statement : !contains(flatten([statement.Resource]), "*")
    ])
    error_message = "Each right is one to something that the deployment names."
  }
}

run "with_an_issuer_there_is_no_user_pool" {
  assert {
    condition     = length(aws_cognito_user_pool.this) == 0 && length(aws_cognito_resource_server.this) == 0
    error_message = "A user pool that nobody uses was made."
  }
  assert {
    condition     = aws_apigatewayv2_authorizer.jwt[0].jwt_configuration[0].issuer == "https://issuer.example.com"
    error_message = "The authorizer must trust the given issuer."
  }
}

run "no_log_level_makes_lambda_drop_metrics_which_it_takes_for_info" {
  variables {
    log_level = "ERROR"
  }
  assert {
    condition = (
      aws_lambda_function.this.environment[0].variables["LOG_LEVEL"] == "ERROR" &&
      aws_lambda_function.this.logging_config[0].log_format == "JSON" &&
      aws_lambda_function.this.logging_config[0].application_log_level == "INFO"
    )
    error_message = "The function keeps lines back by itself, and Lambda none that the function writes."
  }
}

run "nothing_is_traced_unless_it_is_asked_for" {
  assert {
    condition = (
      aws_lambda_function.this.environment[0].variables["TRACING"] == "false" &&
      aws_lambda_function.this.tracing_config[0].mode == "PassThrough" &&
      length(local.trace_statements) == 0
    )
    error_message = "Tracing costs nothing where it is off."
  }
}

run "tracing_is_switched_on_in_lambda_in_the_function_and_in_its_role" {
  variables {
    tracing = true
  }
  assert {
    condition = (
      aws_lambda_function.this.environment[0].variables["TRACING"] == "true" &&
      aws_lambda_function.this.tracing_config[0].mode == "Active" &&
      length(local.trace_statements) == 1
    )
    error_message = "Traces need Lambda's mode, the function's switch and the role's right."
  }
}

run "tables_refuse_to_be_deleted_unless_it_is_allowed" {
  assert {
    condition     = alltrue([for table in aws_dynamodb_table.this : table.deletion_protection_enabled]) && output.deletion_protection
    error_message = "Data must be safe by default."
  }
}

run "two_regions_of_an_account_share_nothing" {
  variables {
    name   = "a-name-that-is-as-long-as-a-name-can-be1"
    region = "ap-southeast-1"
  }
  assert {
    condition     = aws_iam_role.function.name == "a-name-that-is-as-long-as-a-name-can-be1-ap-southeast-1" && length(aws_iam_role.function.name) <= 64
    error_message = "A role is the account's, and its name has 64 characters at most."
  }
}

run "the_access_log_needs_no_room_in_the_accounts_log_policy" {
  assert {
    condition     = startswith(aws_cloudwatch_log_group.access.name, "/aws/vendedlogs/")
    error_message = "API Gateway would have to be allowed the group by name."
  }
}

run "a_key_of_ones_own_encrypts_every_table_and_the_role_may_use_it_through_dynamodb_alone" {
  variables {
    kms_key = "arn:aws:kms:us-east-1:123456789012:key/7f9c24e8-3b12-4fef-91e0-55aa3c3e1b5d"
  }
  assert {
    condition = alltrue([
      for table in aws_dynamodb_table.this :
      table.server_side_encryption[0].enabled && table.server_side_encryption[0].kms_key_arn == var.kms_key
    ])
    error_message = "A table is encrypted with another key."
  }
  assert {
    condition = [
      for statement in jsondecode(aws_iam_role_policy.function.policy).Statement :
      [statement.Resource, statement.Condition.StringEquals["kms:ViaService"]] if statement.Sid == "Key"
    ] == [[var.kms_key, "dynamodb.us-east-1.amazonaws.com"]]
    error_message = "The function could not read its tables, or it could use the key for something else."
  }
}

run "the_docs_page_can_be_switched_off" {
  variables {
    docs = false
  }
  assert {
    condition     = aws_lambda_function.this.environment[0].variables["DOCS"] == "false"
    error_message = "The function would show the page."
  }
}
