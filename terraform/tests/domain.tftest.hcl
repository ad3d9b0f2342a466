# A name of one's own. A mapping, a certificate's validation and an alias can't be tried offline as callers would see them,
# so what is planned of them is shown here.
mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  contract = "tests/contracts/things.yaml"
  package  = "../build/terraform-test/things.zip"
  jwt      = { issuer = "https://issuer.example.com", audience = ["api"] }
}

override_data {
  target = data.aws_route53_zone.this
  values = { name = "example.com" }
}

run "without_a_domain_the_default_address_answers_and_nothing_else_is_made" {
  assert {
    condition = (
      length(aws_apigatewayv2_domain_name.this) + length(aws_apigatewayv2_api_mapping.this) + length(aws_acm_certificate.this) +
      length(aws_route53_record.alias) + length(aws_route53_record.validation) + length(data.aws_route53_zone.this) == 0
    )
    error_message = "Something was made of a domain that nobody gave."
  }
  assert {
    condition     = aws_apigatewayv2_api.this.disable_execute_api_endpoint == false && output.url == aws_apigatewayv2_api.this.api_endpoint && output.dns_record == null
    error_message = "The API answers at the address that API Gateway makes up."
  }
}

run "a_domain_with_a_certificate_leaves_the_dns_to_others_and_says_what_to_write" {
  variables {
    domain = { name = "api.example.com", certificate_arn = "arn:aws:acm:us-east-1:123456789012:certificate/7f9c24e8-3b12-4fef-91e0-55aa3c3e1b5d" }
  }
  assert {
    condition = (
      aws_apigatewayv2_domain_name.this[0].domain_name == "api.example.com" &&
      aws_apigatewayv2_domain_name.this[0].domain_name_configuration[0].certificate_arn == var.domain.certificate_arn &&
      aws_apigatewayv2_domain_name.this[0].domain_name_configuration[0].security_policy == "TLS_1_2" &&
      aws_apigatewayv2_domain_name.this[0].domain_name_configuration[0].endpoint_type == "REGIONAL"
    )
    error_message = "The name is served with the certificate that was given, by TLS 1.2 or newer."
  }
  assert {
    condition = (
      aws_apigatewayv2_api_mapping.this[0].api_id == aws_apigatewayv2_api.this.id &&
      aws_apigatewayv2_api_mapping.this[0].stage == aws_apigatewayv2_stage.this.id &&
      try(length(aws_apigatewayv2_api_mapping.this[0].api_mapping_key), 0) == 0
    )
    error_message = "The API lies at the root of the name: the function would not be told of a path before its own."
  }
  assert {
    condition     = length(aws_acm_certificate.this) + length(aws_route53_record.alias) + length(aws_route53_record.validation) == 0
    error_message = "Nothing is to be made where others look after the DNS."
  }
  assert {
    condition     = output.url == "https://api.example.com" && aws_apigatewayv2_api.this.disable_execute_api_endpoint
    error_message = "The API has one address, which is its own."
  }
  assert {
    condition     = output.dns_record == "api.example.com. CNAME d-abcdefghij.execute-api.us-east-1.amazonaws.com."
    error_message = "Who looks after the DNS must be told what to write."
  }
}

run "a_domain_in_a_zone_gets_a_certificate_that_is_proved_there_and_an_alias" {
  variables {
    domain = { name = "api.example.com", zone_id = "Z0123456789ABCDEFGHIJ" }
  }
  assert {
    condition     = aws_acm_certificate.this[0].domain_name == "api.example.com" && aws_acm_certificate.this[0].validation_method == "DNS"
    error_message = "The certificate is for the name, and for nothing else."
  }
  assert {
    condition = (
      aws_route53_record.validation[0].name == "_proof.api.example.com." && aws_route53_record.validation[0].type == "CNAME" &&
      one(aws_route53_record.validation[0].records) == "_value.acm-validations.aws." &&
      aws_acm_certificate_validation.this[0].certificate_arn == aws_acm_certificate.this[0].arn
    )
    error_message = "The zone must hold what the issuer of the certificate looks for."
  }
  assert {
    condition     = aws_apigatewayv2_domain_name.this[0].domain_name_configuration[0].certificate_arn == aws_acm_certificate_validation.this[0].certificate_arn
    error_message = "The name waits until its certificate is valid."
  }
  assert {
    condition = (
      aws_route53_record.alias[0].name == "api.example.com" && aws_route53_record.alias[0].type == "A" &&
      aws_route53_record.alias[0].zone_id == "Z0123456789ABCDEFGHIJ" &&
      aws_route53_record.alias[0].alias[0].name == "d-abcdefghij.execute-api.us-east-1.amazonaws.com" &&
      aws_route53_record.alias[0].alias[0].zone_id == "Z1UJRXOUMOOFQ8"
    )
    error_message = "The name leads to API Gateway."
  }
  assert {
    condition     = output.dns_record == null && output.url == "https://api.example.com"
    error_message = "There is nothing left to write."
  }
}

run "a_domain_in_a_zone_with_a_certificate_gets_the_alias_alone" {
  variables {
    domain = {
      name            = "example.com"
      zone_id         = "Z0123456789ABCDEFGHIJ"
      certificate_arn = "arn:aws:acm:us-east-1:123456789012:certificate/7f9c24e8-3b12-4fef-91e0-55aa3c3e1b5d"
    }
  }
  assert {
    condition     = length(aws_acm_certificate.this) + length(aws_route53_record.validation) == 0 && length(aws_route53_record.alias) == 1
    error_message = "Who has a certificate needs no other."
  }
  assert {
    condition     = aws_apigatewayv2_domain_name.this[0].domain_name_configuration[0].certificate_arn == var.domain.certificate_arn
    error_message = "The name is served with the certificate that was given."
  }
}

run "both_addresses_answer_while_callers_move" {
  variables {
    domain = { name = "api.example.com", zone_id = "Z0123456789ABCDEFGHIJ", default_address = true }
  }
  assert {
    condition     = aws_apigatewayv2_api.this.disable_execute_api_endpoint == false && output.url == "https://api.example.com"
    error_message = "Nobody is to be cut off, and who asks is told the new name."
  }
}

run "what_watches_and_who_is_trusted_does_not_change_with_the_name" {
  variables {
    domain       = { name = "api.example.com", zone_id = "Z0123456789ABCDEFGHIJ" }
    cors_origins = ["https://app.example.com"]
  }
  assert {
    condition = (
      aws_apigatewayv2_authorizer.jwt[0].jwt_configuration[0].issuer == "https://issuer.example.com" &&
      join(" ", aws_apigatewayv2_api.this.cors_configuration[0].allow_origins) == "https://app.example.com" &&
      alltrue(flatten([
        for each in aws_cloudwatch_metric_alarm.gateway.metric_query : [for metric in each.metric : metric.dimensions.ApiId == aws_apigatewayv2_api.this.id]
      ]))
    )
    error_message = "Tokens, pages and alarms are about the API, whatever it is called."
  }
}

run "a_domain_of_another_zone" {
  command = plan
  variables {
    domain = { name = "api.badexample.com", zone_id = "Z0123456789ABCDEFGHIJ" }
  }
  expect_failures = [data.aws_route53_zone.this]
}

run "a_domain_without_a_certificate" {
  command = plan
  variables {
    domain = { name = "api.example.com" }
  }
  expect_failures = [var.domain]
}

run "a_certificate_of_another_region" {
  command = plan
  variables {
    domain = { name = "api.example.com", certificate_arn = "arn:aws:acm:eu-west-1:123456789012:certificate/7f9c24e8-3b12-4fef-91e0-55aa3c3e1b5d" }
  }
  expect_failures = [var.domain]
}

run "a_zone_by_its_name" {
  command = plan
  variables {
    domain = { name = "api.example.com", zone_id = "example.com" }
  }
  expect_failures = [var.domain]
}

run "a_domain_with_a_scheme" {
  command = plan
  variables {
    domain = { name = "https://api.example.com", zone_id = "Z0123456789ABCDEFGHIJ" }
  }
  expect_failures = [var.domain]
}

run "a_domain_with_capitals" {
  command = plan
  variables {
    domain = { name = "API.example.com", zone_id = "Z0123456789ABCDEFGHIJ" }
  }
  expect_failures = [var.domain]
}

run "a_domain_with_a_path" {
  command = plan
  variables {
    domain = { name = "example.com/api", zone_id = "Z0123456789ABCDEFGHIJ" }
  }
  expect_failures = [var.domain]
}

run "a_domain_for_all" {
  command = plan
  variables {
    domain = { name = "*.example.com", zone_id = "Z0123456789ABCDEFGHIJ" }
  }
  expect_failures = [var.domain]
}

run "a_domain_with_a_dot_at_its_end" {
  command = plan
  variables {
    domain = { name = "api.example.com.", zone_id = "Z0123456789ABCDEFGHIJ" }
  }
  expect_failures = [var.domain]
}

run "a_domain_of_one_label" {
  command = plan
  variables {
    domain = { name = "localhost", zone_id = "Z0123456789ABCDEFGHIJ" }
  }
  expect_failures = [var.domain]
}

run "a_name_that_no_certificate_is_made_for" {
  command = plan
  variables {
    domain = { name = "a-very-long-name-for-an-api-that-somebody-thought-up.api.example.com", zone_id = "Z0123456789ABCDEFGHIJ" }
  }
  expect_failures = [var.domain]
}
