# Whose tokens the API accepts: yours (`jwt`), or those of a Cognito user pool made here from the contract's scopes, if it
# has any.
locals {
  jwt = var.jwt != null || local.pools == 0 ? var.jwt : {
    issuer = "https://${aws_cognito_user_pool.this[0].endpoint}"
    # Cognito's access tokens carry no audience; API Gateway compares their client_id.
    audience = [for each in aws_cognito_user_pool_client.machine : each.id]
  }
  pools = var.jwt == null && local.takes_tokens ? 1 : 0
}

resource "aws_cognito_user_pool" "this" {
  count = local.pools

  name                = local.name
  deletion_protection = var.deletion_protection ? "ACTIVE" : "INACTIVE"
  # Nobody signs up here by themselves.
  admin_create_user_config { allow_admin_create_user_only = true }

  lifecycle {
    precondition {
      condition     = length(local.contract.scopes) > 0 && alltrue([for scope in local.contract.scopes : strcontains(scope, "/")])
      error_message = "Cognito's scopes have the form resource/action, and a client of it needs one: the contract has ${length(local.contract.scopes) > 0 ? join(", ", local.contract.scopes) : "none"}. Name an issuer of your own (jwt)."
    }
  }
}

resource "aws_cognito_resource_server" "this" {
  for_each = { for name, scopes in local.contract.resource_servers : name => scopes if var.jwt == null }

  user_pool_id = aws_cognito_user_pool.this[0].id
  identifier   = each.key
  name         = each.key

  dynamic "scope" {
    for_each = each.value
    content {
      scope_name        = scope.value
      scope_description = "${scope.value} ${each.key}"
    }
  }
}

resource "aws_cognito_user_pool_domain" "this" {
  count = local.pools

  # Names of domains are shared by everyone in a region.
  domain       = "${local.name}-${data.aws_caller_identity.this.account_id}"
  user_pool_id = aws_cognito_user_pool.this[0].id
}

data "aws_caller_identity" "this" {}
