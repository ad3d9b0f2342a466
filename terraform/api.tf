resource "aws_apigatewayv2_api" "this" {
  name          = local.name
  description   = local.contract.title
  version       = local.contract.version
  protocol_type = "HTTP"
  # It would be a way past what stands before the API's own name.
  disable_execute_api_endpoint = var.domain != null && !try(var.domain.default_address, false)

  dynamic "cors_configuration" {
    for_each = length(var.cors_origins) > 0 ? [var.cors_origins] : []
    content {
      allow_origins  = cors_configuration.value
      allow_methods  = local.contract.methods
      allow_headers  = local.contract.request_headers
      expose_headers = local.contract.response_headers
      max_age        = 600
    }
  }

  # Where there is an API, there is what it calls (deployed.tf).
  depends_on = [aws_lambda_alias.live]
}

# One per operation (two, for one that is read), so that a plan says which of them a change touches.
resource "aws_apigatewayv2_route" "operation" {
  for_each = local.routes

  api_id               = aws_apigatewayv2_api.this.id
  route_key            = each.key
  operation_name       = substr(each.value.id, 0, 64)
  target               = "integrations/${aws_apigatewayv2_integration.function.id}"
  authorization_type   = each.value.authorizer == null ? "NONE" : "JWT"
  authorizer_id        = each.value.authorizer == null ? null : aws_apigatewayv2_authorizer.jwt[0].id
  authorization_scopes = length(each.value.scopes) > 0 ? each.value.scopes : null

  lifecycle {
    # The stage lets go of a route's throttle before the route is removed.
    create_before_destroy = true
  }
}

# Everything else reaches the function too, whose 404 and 405 are the contract's own.
resource "aws_apigatewayv2_route" "default" {
  # checkov:skip=CKV_AWS_309:there is nothing behind it but 404 and 405
  api_id    = aws_apigatewayv2_api.this.id
  route_key = "$default"
  target    = "integrations/${aws_apigatewayv2_integration.function.id}"
}

resource "aws_apigatewayv2_integration" "function" {
  api_id                 = aws_apigatewayv2_api.this.id
  integration_type       = "AWS_PROXY"
  integration_uri        = aws_lambda_alias.live.invoke_arn
  payload_format_version = "2.0"
  timeout_milliseconds   = (var.timeout_s + 1) * 1000
}

resource "aws_apigatewayv2_authorizer" "jwt" {
  # An API that is public as a whole has nobody to ask.
  count = local.takes_tokens ? 1 : 0

  api_id           = aws_apigatewayv2_api.this.id
  name             = "jwt"
  authorizer_type  = "JWT"
  identity_sources = ["$request.header.Authorization"]
  jwt_configuration {
    issuer   = local.jwt.issuer
    audience = local.jwt.audience
  }

  lifecycle {
    # A JWT authorizer has none, but MiniStack reports one.
    ignore_changes = [authorizer_payload_format_version]

    precondition {
      condition     = length(local.cut_off) == 0
      error_message = "All callers of ${join(", ", local.cut_off)} would be refused at once, since nothing would be left of ${join(", ", flatten([for name in local.cut_off : formatlist("%s.%s", name, local.deployed_generations[name])]))}. Keep these generations in `clients`, beside new ones, until everybody has moved; or, if nobody calls any more, say `generations = []` of the client."
    }
  }
}

resource "aws_apigatewayv2_stage" "this" {
  api_id      = aws_apigatewayv2_api.this.id
  name        = "$default"
  auto_deploy = true

  access_log_settings {
    destination_arn = aws_cloudwatch_log_group.access.arn
    format = jsonencode({
      requestId          = "$context.requestId"
      time               = "$context.requestTime"
      ip                 = "$context.identity.sourceIp"
      clientId           = "$context.authorizer.claims.client_id"
      routeKey           = "$context.routeKey"
      status             = "$context.status"
      latency            = "$context.responseLatency"
      integrationLatency = "$context.integrationLatency"
      responseLength     = "$context.responseLength"
      authorizerError    = "$context.authorizer.error"
      integrationError   = "$context.integrationErrorMessage"
    })
  }

  default_route_settings {
    throttling_rate_limit  = var.throttle.rate
    throttling_burst_limit = var.throttle.burst
  }

  dynamic "route_settings" {
    for_each = local.throttles
    content {
      route_key              = route_settings.key
      throttling_rate_limit  = route_settings.value.rate
      throttling_burst_limit = route_settings.value.burst
    }
  }

  # A stage may only name routes that exist.
  depends_on = [aws_apigatewayv2_route.operation]
}

resource "aws_cloudwatch_log_group" "access" {
  # checkov:skip=CKV_AWS_158:CloudWatch encrypts logs with its own key
  # checkov:skip=CKV_AWS_338:how long logs are kept is a variable
  # A group elsewhere is added by name to a policy of the account, which is limited in size; those here share one entry.
  # https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-infrastructure-CWL.html
  name              = "/aws/vendedlogs/apigateway/${local.name}"
  retention_in_days = var.log_retention_days
}
