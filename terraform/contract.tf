# What the rest of the configuration needs of the contract: what the compiler wrote of it into the package's manifest.
locals {
  manifest = jsondecode(file("${trimsuffix(var.package, ".zip")}.json"))
  contract = local.manifest.infrastructure
  # "GET /users/{userId}", which is API Gateway's route key, to the operation.
  routes    = local.contract.routes
  throttles = { for key, route in local.routes : key => route.throttle if route.throttle != null }
  tables    = local.contract.tables
  # Some operation asks for a token, whether API Gateway decides it or the function.
  takes_tokens = length(local.contract.scopes) > 0 || anytrue([for route in values(local.routes) : route.authorizer == "jwt"])
  # Made of the contract's title: "" if that has no letter or digit of ASCII; and of the environment, if it has a name.
  environment = terraform.workspace == "default" ? "" : "-${terraform.workspace}"
  title       = trim(substr(replace(lower(local.contract.title), "/[^a-z0-9]+/", "-"), 0, 40 - length(local.environment)), "-")
  name        = var.name != null ? var.name : "${local.title}${local.environment}"
}
