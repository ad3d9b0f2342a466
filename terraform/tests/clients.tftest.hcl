# Several machine clients, each with its own scopes, and how one goes from a secret to the next.
mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  contract = "tests/contracts/things.yaml"
  package  = "../build/terraform-test/things.zip"
}

run "each_client_may_get_its_own_scopes_and_each_generation_is_let_in" {
  variables {
    clients = {
      shop   = { scopes = ["things/read"], generations = ["2026-01", "2026-07"] }
      office = { scopes = ["things/read", "things/write"] }
      former = { generations = [] }
    }
  }
  assert {
    condition = { for key, each in aws_cognito_user_pool_client.machine : key => "${each.name} ${join(" ", sort(each.allowed_oauth_scopes))}" } == {
      "shop.2026-01" = "things-of-all-kinds-shop.2026-01 things/read"
      "shop.2026-07" = "things-of-all-kinds-shop.2026-07 things/read"
      "office.1"     = "things-of-all-kinds-office.1 things/read things/write"
    }
    error_message = "A client has other scopes than its own, or one of its generations has."
  }
  assert {
    condition     = toset(aws_apigatewayv2_authorizer.jwt[0].jwt_configuration[0].audience) == toset([for each in aws_cognito_user_pool_client.machine : each.id])
    error_message = "The API must accept the tokens of every generation, and of nobody else."
  }
  assert {
    condition     = output.clients == { for key, each in aws_cognito_user_pool_client.machine : each.id => key }
    error_message = "An id in a log must lead to its client."
  }
  assert {
    condition     = toset(keys(nonsensitive(output.client_secrets))) == toset(["shop.2026-01", "shop.2026-07", "office.1"])
    error_message = "Every generation has a secret."
  }
  assert {
    condition     = aws_cognito_user_pool.this[0].admin_create_user_config[0].allow_admin_create_user_only
    error_message = "Nobody may sign up by themselves."
  }
  assert {
    condition = (
      strcontains(output.how_to_get_a_token, "  shop.2026-01) id=${aws_cognito_user_pool_client.machine["shop.2026-01"].id} ") &&
      strcontains(output.how_to_get_a_token, "  shop.2026-07 | shop) id=${aws_cognito_user_pool_client.machine["shop.2026-07"].id} ") &&
      strcontains(output.how_to_get_a_token, "  office.1 | office) id=${aws_cognito_user_pool_client.machine["office.1"].id} ") &&
      startswith(output.how_to_get_a_token, "case $${CLIENT:-} in")
    )
    error_message = "A client's name stands for its newest generation, and where there are several clients, none is taken for granted."
  }
}

run "a_client_of_a_scope_that_no_operation_asks_for" {
  command = plan
  variables {
    clients = { shop = { scopes = ["things/read", "things/sell"] } }
  }
  expect_failures = [var.clients]
}

run "a_client_without_scopes" {
  command = plan
  variables {
    clients = { shop = {} }
  }
  expect_failures = [var.clients]
}

run "a_client_whose_name_a_shell_would_read_otherwise" {
  command = plan
  variables {
    clients = { "shop; ls" = { scopes = ["things/read"] } }
  }
  expect_failures = [var.clients]
}

run "a_generation_with_a_dot" {
  command = plan
  variables {
    clients = { shop = { scopes = ["things/read"], generations = ["2026.01"] } }
  }
  expect_failures = [var.clients]
}

run "the_same_generation_twice" {
  command = plan
  variables {
    clients = { shop = { scopes = ["things/read"], generations = ["1", "1"] } }
  }
  expect_failures = [var.clients]
}

run "nobody_to_be_let_in" {
  command = plan
  variables {
    clients = { shop = { generations = [] } }
  }
  expect_failures = [var.clients]
}

run "more_generations_than_api_gateway_compares" {
  command = plan
  variables {
    clients = { shop = { scopes = ["things/read"], generations = [for number in range(51) : "${number}"] } }
  }
  expect_failures = [var.clients]
}

run "as_many_as_it_compares" {
  command = plan
  variables {
    clients = { shop = { scopes = ["things/read"], generations = [for number in range(50) : "${number}"] } }
  }
}

run "clients_of_another_issuer" {
  command = plan
  variables {
    jwt     = { issuer = "https://issuer.example.com", audience = ["api"] }
    clients = { shop = { scopes = ["things/read"] } }
  }
  expect_failures = [var.clients]
}

run "a_generation_beside_the_one_that_is_deployed" {
  command = plan
  variables {
    clients = { shop = { scopes = ["things/read"], generations = ["1", "2"] } }
  }
  override_data {
    target = data.aws_cognito_user_pool_clients.deployed
    values = { client_names = ["things-of-all-kinds-shop.1", "made by hand"] }
  }
}

run "a_generation_that_is_taken_away_once_there_is_another" {
  command = plan
  variables {
    clients = { shop = { scopes = ["things/read"], generations = ["2"] } }
  }
  override_data {
    target = data.aws_cognito_user_pool_clients.deployed
    values = { client_names = ["things-of-all-kinds-shop.1", "things-of-all-kinds-shop.2"] }
  }
}

run "a_generation_in_place_of_the_one_that_is_deployed" {
  command = plan
  variables {
    clients = { shop = { scopes = ["things/read"], generations = ["2"] } }
  }
  override_data {
    target = data.aws_cognito_user_pool_clients.deployed
    values = { client_names = ["things-of-all-kinds-shop.1"] }
  }
  expect_failures = [aws_apigatewayv2_authorizer.jwt]
}

run "a_client_that_is_forgotten_while_it_is_deployed" {
  command = plan
  variables {
    clients = { shop = { scopes = ["things/read"] } }
  }
  override_data {
    target = data.aws_cognito_user_pool_clients.deployed
    values = { client_names = ["things-of-all-kinds-shop.1", "things-of-all-kinds-machine"] }
  }
  expect_failures = [aws_apigatewayv2_authorizer.jwt]
}

run "a_client_that_is_said_to_be_gone" {
  command = plan
  variables {
    clients = { shop = { scopes = ["things/read"] }, machine = { generations = [] } }
  }
  override_data {
    target = data.aws_cognito_user_pool_clients.deployed
    values = { client_names = ["things-of-all-kinds-shop.1", "things-of-all-kinds-machine"] }
  }
}

run "the_only_client_of_old_goes_on_as_the_first_generation_of_machine" {
  command = plan
  override_data {
    target = data.aws_cognito_user_pool_clients.deployed
    values = { client_names = ["things-of-all-kinds-machine"] }
  }
}
