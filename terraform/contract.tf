# What the rest of the configuration needs of the contract.
locals {
  contract = yamldecode(file(var.contract))
  methods  = ["get", "put", "post", "delete", "options", "head", "patch", "trace"]
  name     = coalesce(var.name, trim(substr(replace(lower(local.contract.info.title), "/[^a-z0-9]+/", "-"), 0, 40), "-"))

  # "GET /users/{userId}", which is API Gateway's route key, to the operation.
  # An operation's security replaces the document's; `security: []` makes it public, saying nothing is a mistake.
  operations = merge([
    for path, item in local.contract.paths : {
      for method, operation in item : "${upper(method)} ${path}" => {
        id         = try(operation.operationId, "")
        method     = upper(method)
        path       = path
        security   = try(operation.security, local.contract.security, null)
        scopes     = flatten([for each in try(operation.security, local.contract.security, []) : values(each)])
        throttle   = try(operation["x-throttle"], null)
        parameters = concat(try(item.parameters, []), try(operation.parameters, []))
        responses  = try(values(operation.responses), [])
      } if contains(local.methods, method)
    }
  ]...)

  # What API Gateway routes: each operation, and HEAD wherever there is GET (RFC 9110, section 9.3.2). Without a route of
  # its own HEAD would come by `$default`, past the authorizer.
  routes = merge(
    { for route, operation in local.operations : "HEAD ${operation.path}" => merge(operation, { method = "HEAD" }) if operation.method == "GET" },
    local.operations,
  )
  throttles = { for route, operation in local.routes : route => operation.throttle if operation.throttle != null }

  # "users" to ["read", "write"]: a scope is a resource server of the issuer and what may be done with it.
  scopes = sort(distinct(flatten([for operation in local.operations : operation.scopes])))
  resource_servers = {
    for scope in local.scopes : split("/", scope)[0] => try(split("/", scope)[1], "")...
  }

  # Only references into the contract's own components occur; the compiler refuses all others.
  parameters = [
    for each in flatten([for operation in local.operations : operation.parameters]) :
    try(local.contract.components.parameters[trimprefix(each["$ref"], "#/components/parameters/")], each)
  ]
  responses = [
    for each in flatten([for operation in local.operations : operation.responses]) :
    try(local.contract.components.responses[trimprefix(each["$ref"], "#/components/responses/")], each)
  ]
  request_headers  = sort(distinct([for each in local.parameters : lower(each.name) if each.in == "header"]))
  response_headers = sort(distinct(flatten([for each in local.responses : [for name in keys(try(each.headers, {})) : lower(name)]])))

  tables = {
    for name, table in try(local.contract["x-dynamodb"], {}) : name => {
      hash_key   = try(table.hash_key, null)
      range_key  = try(table.range_key, null)
      ttl        = try(table.ttl_attribute, null)
      attributes = try(table.attributes, {})
      actions    = try(table.actions, [])
      indexes = {
        for index, definition in try(table.global_secondary_indexes, {}) : index => {
          hash_key   = try(definition.hash_key, null)
          range_key  = try(definition.range_key, null)
          projection = try(definition.projection, "ALL")
        }
      }
    }
  }
}
