# Bad input is refused at plan time, by name.
mock_provider "aws" {}

variables {
  package = "../build/terraform-test/catalogue.zip"
  jwt     = { issuer = "https://issuer.example.com", audience = ["api"] }
}

run "a_name_that_aws_would_refuse" {
  command = plan
  variables {
    name = "Ünsere API"
  }
  expect_failures = [var.name]
}

run "a_name_that_cognito_would_refuse_in_a_domain" {
  command = plan
  variables {
    name = "aws-orders"
    jwt  = null
  }
  expect_failures = [var.name]
}

run "the_same_name_without_a_user_pool" {
  command = plan
  variables {
    name = "aws-orders"
  }
}

run "a_title_that_cognito_would_refuse_in_a_domain" {
  command = plan
  variables {
    contract = "tests/contracts/amazon.yaml"
    package  = "../build/terraform-test/amazon.zip"
    jwt      = null
  }
  expect_failures = [var.name]
}

run "a_title_that_no_name_can_be_made_of" {
  command = plan
  variables {
    contract = "tests/contracts/foreign.yaml"
    package  = "../build/terraform-test/foreign.zip"
  }
  expect_failures = [var.name]
}

run "such_a_title_with_a_name" {
  command = plan
  variables {
    contract = "tests/contracts/foreign.yaml"
    package  = "../build/terraform-test/foreign.zip"
    name     = "orders"
  }
}

run "a_contract_that_is_not_there" {
  command = plan
  variables {
    contract = "nowhere.yaml"
  }
  expect_failures = [var.contract]
}

run "a_contract_that_has_changed_since_the_package_was_built" {
  command = plan
  variables {
    contract = "tests/contracts/things.yaml"
  }
  expect_failures = [var.contract]
}

run "a_part_of_a_contract_that_has_changed_since_the_package_was_built" {
  command = plan
  variables {
    package  = "tests/packages/parted.zip"
    contract = "tests/contracts/things.yaml"
  }
  expect_failures = [var.contract]
}

run "a_package_that_was_not_built" {
  command = plan
  variables {
    package = "nowhere.zip"
  }
  expect_failures = [var.package]
}

run "a_package_without_a_manifest" {
  command = plan
  variables {
    package = "versions.tf"
  }
  expect_failures = [var.package]
}

run "a_package_with_the_manifest_of_another" {
  command = plan
  variables {
    package = "tests/packages/exchanged.zip"
  }
  expect_failures = [var.package]
}

run "an_issuer_without_tls" {
  command = plan
  variables {
    jwt = { issuer = "http://issuer.example.com", audience = ["api"] }
  }
  expect_failures = [var.jwt]
}

run "an_issuer_for_every_audience" {
  command = plan
  variables {
    jwt = { issuer = "https://issuer.example.com", audience = [] }
  }
  expect_failures = [var.jwt]
}

run "an_origin_with_a_slash_at_its_end" {
  command = plan
  variables {
    cors_origins = ["https://other.example.com", "https://app.example.com/"]
  }
  expect_failures = [var.cors_origins]
}

run "an_origin_with_capitals" {
  command = plan
  variables {
    cors_origins = ["https://other.example.com", "https://App.example.com"]
  }
  expect_failures = [var.cors_origins]
}

run "an_origin_with_its_own_port" {
  command = plan
  variables {
    cors_origins = ["https://other.example.com", "https://app.example.com:443"]
  }
  expect_failures = [var.cors_origins]
}

run "an_origin_without_a_scheme" {
  command = plan
  variables {
    cors_origins = ["https://other.example.com", "app.example.com"]
  }
  expect_failures = [var.cors_origins]
}

run "an_origin_with_a_wildcard_within" {
  command = plan
  variables {
    cors_origins = ["https://other.example.com", "https://*.example.com"]
  }
  expect_failures = [var.cors_origins]
}

run "the_origin_of_nobody" {
  command = plan
  variables {
    cors_origins = ["https://other.example.com", "null"]
  }
  expect_failures = [var.cors_origins]
}

run "an_origin_with_user_info" {
  command = plan
  variables {
    cors_origins = ["https://other.example.com", "https://user@app.example.com"]
  }
  expect_failures = [var.cors_origins]
}

run "an_origin_with_letters_beyond_ascii" {
  command = plan
  variables {
    cors_origins = ["https://other.example.com", "https://bücher.example"]
  }
  expect_failures = [var.cors_origins]
}

run "an_origin_with_an_address_in_hex" {
  command = plan
  variables {
    cors_origins = ["https://other.example.com", "http://0x7f000001"]
  }
  expect_failures = [var.cors_origins]
}

run "an_origin_with_an_address_written_out" {
  command = plan
  variables {
    cors_origins = ["http://[::1]:3000", "https://[2001:0db8::1]"]
  }
  expect_failures = [var.cors_origins]
}

run "an_origin_with_an_address_that_is_none" {
  command = plan
  variables {
    cors_origins = ["http://[::1::]", "http://[::1]"]
  }
  expect_failures = [var.cors_origins]
}

run "origins_as_browsers_send_them" {
  command = plan
  variables {
    cors_origins = ["https://app.example.com", "http://localhost:3000", "http://127.0.0.1:8080", "http://[::1]:3000", "https://[2001:db8::1]", "https://xn--bcher-kva.example"]
  }
}

run "a_throttle_that_lets_nobody_in" {
  command = plan
  variables {
    throttle = { rate = 0, burst = 1 }
  }
  expect_failures = [var.throttle]
}

run "less_memory_than_lambda_has" {
  command = plan
  variables {
    memory_mb = 64
  }
  expect_failures = [var.memory_mb]
}

run "a_function_that_outlasts_the_gateway" {
  command = plan
  variables {
    timeout_s = 60
  }
  expect_failures = [var.timeout_s]
}

run "a_function_that_ends_before_the_database_answers" {
  command = plan
  variables {
    timeout_s = 4
  }
  expect_failures = [var.timeout_s]
}

run "a_log_level_that_nobody_knows" {
  command = plan
  variables {
    log_level = "LOUD"
  }
  expect_failures = [var.log_level]
}

run "metrics_by_what_there_is_none_by" {
  command = plan
  variables {
    metrics_by = "caller"
  }
  expect_failures = [var.metrics_by]
}

run "a_retention_that_cloudwatch_has_not" {
  command = plan
  variables {
    log_retention_days = 2
  }
  expect_failures = [var.log_retention_days]
}

run "a_topic_of_another_region" {
  command = plan
  variables {
    alarm_topic_arn = "arn:aws:sns:eu-west-1:123456789012:on-call"
  }
  expect_failures = [var.alarm_topic_arn]
}

run "a_topic_that_takes_no_alarms" {
  command = plan
  variables {
    alarm_topic_arn = "arn:aws:sns:us-east-1:123456789012:on-call.fifo"
  }
  expect_failures = [var.alarm_topic_arn]
}

run "a_key_of_another_region" {
  command = plan
  variables {
    kms_key = "arn:aws:kms:eu-west-1:123456789012:key/7f9c24e8-3b12-4fef-91e0-55aa3c3e1b5d"
  }
  expect_failures = [var.kms_key]
}

run "a_key_by_an_alias" {
  command = plan
  variables {
    kms_key = "alias/orders"
  }
  expect_failures = [var.kms_key]
}

run "an_api_that_is_public_as_a_whole_has_no_issuer" {
  command = plan
  variables {
    name     = "foreign"
    jwt      = null
    contract = "tests/contracts/foreign.yaml"
    package  = "../build/terraform-test/foreign.zip"
  }
  assert {
    condition     = length(aws_cognito_user_pool.this) == 0 && length(aws_cognito_user_pool_client.machine) == 0 && length(aws_apigatewayv2_authorizer.jwt) == 0
    error_message = "Where no operation asks for a scope, nobody issues tokens, and nobody checks them."
  }
  assert {
    condition     = output.how_to_get_a_token == "No operation needs a token." && alltrue([for route in aws_apigatewayv2_route.operation : route.authorization_type == "NONE"])
    error_message = "All of its routes are open, and it says so."
  }
}
