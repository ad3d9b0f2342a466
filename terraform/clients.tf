# Who may ask the user pool for tokens: machine clients, each with scopes of its own (`clients`). A generation of one is an
# app client of the pool, with an id and a secret: while callers go from one to the next, both are let in. Cognito could
# give an app client two secrets, too, but the provider knows nothing of that (hashicorp/terraform-provider-aws#46809).
locals {
  clients = var.clients != null ? var.clients : tomap({
    machine = { scopes = tolist(local.contract.scopes), generations = tolist(["1"]) }
  })
  generations = merge([
    for name, client in local.clients : { for generation in client.generations : "${name}.${generation}" => client.scopes }
  ]...)
  # By client, its generations that are deployed. Once there was one client, whose name said none.
  deployed_generations = {
    for each in flatten([
      for name in try(data.aws_cognito_user_pool_clients.deployed[0].client_names, []) : [
        for parts in regexall("^${local.name}-([^.]+)(?:\\.(.+))?$", name) : { client = parts[0], generation = coalesce(parts[1], "1") }
      ]
    ]) : each.client => each.generation...
  }
  # Whose callers would have no time to move.
  cut_off = [
    for name, deployed in local.deployed_generations : name
    if length(setintersection(try(local.clients[name].generations, []), deployed)) == 0 &&
    length(try(local.clients[name].generations, ["unknown"])) > 0
  ]
}

data "aws_cognito_user_pool_clients" "deployed" {
  count = local.pools

  user_pool_id = aws_cognito_user_pool.this[0].id
}

resource "aws_cognito_user_pool_client" "machine" {
  for_each = local.pools == 0 ? {} : local.generations

  name                                 = "${local.name}-${each.key}"
  user_pool_id                         = aws_cognito_user_pool.this[0].id
  generate_secret                      = true
  allowed_oauth_flows_user_pool_client = true
  allowed_oauth_flows                  = ["client_credentials"]
  allowed_oauth_scopes                 = each.value
  explicit_auth_flows                  = []

  depends_on = [aws_cognito_resource_server.this]
}

moved {
  from = aws_cognito_user_pool_client.machine[0]
  to   = aws_cognito_user_pool_client.machine["machine.1"]
}

output "clients" {
  description = "Who is who in the logs: the id of each generation of a client, and its name. None if the issuer is yours."
  value       = { for key, client in aws_cognito_user_pool_client.machine : client.id => key }
}

output "client_secrets" {
  description = "The secret of each generation of a client. None if the issuer is yours."
  value       = { for key, client in aws_cognito_user_pool_client.machine : key => client.client_secret }
  sensitive   = true
}

output "how_to_get_a_token" {
  description = "A command that prints a token for CLIENT=…: a client, whose newest generation is taken, or one of its generations. It reads the secret from the state, and shows it to nobody."
  # On several lines, since Terraform prints quotes with backslashes on a single one.
  value = !local.takes_tokens ? "No operation needs a token." : var.jwt != null ? "Ask ${local.jwt.issuer} for a token." : join("\n", concat(
    ["case $${CLIENT:-${try(one([for name, client in local.clients : name if length(client.generations) > 0]), "")}} in"],
    [
      for key, client in aws_cognito_user_pool_client.machine :
      "  ${join(" | ", concat([key], [for name, each in local.clients : name if try("${name}.${reverse(each.generations)[0]}", "") == key]))}) id=${client.id} key=${key} ;;"
    ],
    [
      "  *) echo 'Set CLIENT to one of ${join(", ", keys(local.generations))}.' >&2; false ;;",
      "esac &&",
      "terraform -chdir=terraform output -json client_secrets |",
      "  sed -E \"s/.*\\\"$key\\\" *: *\\\"([^\\\"]*)\\\".*/user = $id:\\1/\" |",
      "  curl -fsS -K - -d grant_type=client_credentials \\",
      "    https://${aws_cognito_user_pool_domain.this[0].domain}.auth.${var.region}.amazoncognito.com/oauth2/token |",
      "  sed -E 's/.*\"access_token\" *: *\"([^\"]*)\".*/\\1/'",
      "",
    ]
  ))
}
