# What is deployed already, as it is when a plan is made. What the API calls goes on working while the plan is applied,
# and after a rollback: so nothing is removed that it uses, and nothing is written that it does not list.

# The API is made after the alias that it calls: where there is none yet, nothing has to go on working.
data "aws_apigatewayv2_apis" "deployed" {
  name = local.name
}

data "aws_lambda_functions" "deployed" {}

data "aws_lambda_alias" "live" {
  for_each = length(data.aws_apigatewayv2_apis.deployed.ids) > 0 ? toset([
    for name in data.aws_lambda_functions.deployed.function_names : name if name == local.name
  ]) : []

  function_name = each.key
  name          = "live"
}

data "aws_lambda_function" "live" {
  for_each = data.aws_lambda_alias.live

  function_name = each.key
  qualifier     = each.value.function_version
}

data "aws_dynamodb_tables" "deployed" {}

data "aws_dynamodb_table" "deployed" {
  # By table of the contract, the one that the live version uses; without a live version, the one that the next will.
  for_each = {
    for table in distinct(concat([for name in local.names : split("-", trimprefix(name, "${local.name}-"))[0]], local.live_tables)) :
    table => [for name in local.candidates[table] : name if contains(local.names, name)][0]
    if length([for name in local.candidates[table] : name if contains(local.names, name)]) > 0
  }

  name = each.value

  lifecycle {
    postcondition {
      condition     = contains(keys(local.tables), each.key) || !contains(local.live_tables, each.key)
      error_message = "x-dynamodb no longer has the table ${each.key}, which the deployed version ${local.live_version} of the function uses. Say `retired: true` of it, deploy that, and take it away in the release after."
    }
    postcondition {
      condition     = !contains(local.live_tables, each.key) || !contains(keys(local.tables), each.key) || contains(keys(local.stored), trimprefix(each.value, "${local.name}-"))
      error_message = "The deployed version ${local.live_version} of the function uses ${each.value}, which this plan would delete. Leave its entry in `restore`, add new ones behind it, and delete what was superseded in a deployment after that."
    }
    postcondition {
      condition     = !var.canary || !contains(local.live_tables, each.key) || each.value == "${local.name}-${lookup(local.current, each.key, each.key)}"
      error_message = "${each.key} is restored, and what one version writes the other would not see: a canary can't share that. Deploy it without CANARY."
    }
    postcondition {
      condition     = self.hash_key == try(local.tables[each.key].hash_key, self.hash_key)
      error_message = "x-dynamodb ${each.key}: its hash_key is ${self.hash_key}. With another one the table would be replaced by an empty one: add another table, and retire this one."
    }
    postcondition {
      condition     = !contains(keys(local.tables), each.key) || coalesce(self.range_key, "-") == coalesce(try(local.tables[each.key].range_key, null), "-")
      error_message = "x-dynamodb ${each.key}: its range_key is ${coalesce(self.range_key, "none")}. With another one the table would be replaced by an empty one: add another table, and retire this one."
    }
    postcondition {
      condition     = length(lookup(local.removed_indexes, each.key, [])) == 0
      error_message = "x-dynamodb ${each.key} no longer has the index ${join(", ", lookup(local.removed_indexes, each.key, []))}, by which the deployed version ${local.live_version} of the function lists. Say `retired: true` of it, deploy that, and take it away in the release after."
    }
    postcondition {
      condition = alltrue([
        for index in self.global_secondary_index : try(
          [index.hash_key, index.range_key] == [for key in ["hash_key", "range_key"] : local.tables[each.key].indexes[index.name][key]], true
        )
      ])
      error_message = "x-dynamodb ${each.key}: the keys of an index that is deployed have changed. It would be replaced by one that lists nothing that is stored: add another index, and retire this one."
    }
    postcondition {
      condition     = try(local.tables[each.key].partitions, 100) >= try(tonumber(self.tags["specbound:partitions"]), 0)
      error_message = "x-dynamodb ${each.key}: its indexes have been written over ${try(self.tags["specbound:partitions"], 0)} partitions, and its lists would hide all that lies beyond ${try(local.tables[each.key].partitions, 0)}. Say `partitions: ${try(self.tags["specbound:partitions"], 0)}`, or more."
    }
    postcondition {
      condition     = try(local.tables[each.key].write_partitions <= local.live_lists[each.key].partitions, true)
      error_message = "x-dynamodb ${each.key}: the deployed version ${local.live_version} of the function lists with `partitions: ${try(local.live_lists[each.key].partitions, 0)}`, and would not list what is written to more. Say `write_partitions: ${try(local.live_lists[each.key].partitions, 0)}`, deploy that, and take it away in the release after."
    }
  }
}

# What the plan would delete, and DynamoDB would refuse to half-way.
data "aws_dynamodb_table" "leaving" {
  for_each = { for name in local.names : name => name if !contains(keys(local.stored), trimprefix(name, "${local.name}-")) }

  name = each.value

  lifecycle {
    postcondition {
      condition     = !self.deletion_protection_enabled
      error_message = "${each.value} has deletion protection, and this plan would delete it. First deploy with superseded = \"unprotect\" if another table took its place, or with `retired: true` of it in x-dynamodb."
    }
  }
}

locals {
  # A table of the contract has no hyphen in its name: so those of a deployment called name-test are not taken for ours.
  names = [
    for name in coalesce(data.aws_dynamodb_tables.deployed.names, []) : name if can(regex("^${local.name}-[a-z][a-z0-9_]*(-[0-9]{14})?$", name))
  ]
  # By table, where it may be: as the live version has it, as it will be, or where it was in the beginning.
  candidates = {
    for table in distinct(concat([for name in local.names : split("-", trimprefix(name, "${local.name}-"))[0]], local.live_tables)) : table => [
      lookup(local.live_environment, "TABLE_${upper(table)}", "-"), "${local.name}-${lookup(local.current, table, table)}", "${local.name}-${table}"
    ]
  }
  live             = one(values(data.aws_lambda_alias.live))
  live_version     = try(local.live.function_version, "")
  live_environment = try(one(values(data.aws_lambda_function.live)).environment[0].variables, {})
  # What the version that the API calls uses: all tables that it knows the names of, and the lists that it was told of.
  live_tables = [for name, _ in local.live_environment : lower(trimprefix(name, "TABLE_")) if startswith(name, "TABLE_")]
  live_lists  = jsondecode(lookup(local.live_environment, "LISTS", "{}"))
  # The same of the version to come, as it will be found.
  lists = {
    for name, table in local.tables : name => {
      partitions = table.partitions
      indexes    = sort([for index, each in table.indexes : index if !each.retired])
    } if length(table.indexes) > 0 && !table.retired
  }
  removed_indexes = {
    for name, table in local.tables : name => [
      for index in try(local.live_lists[name].indexes, []) : index if !contains(keys(table.indexes), index)
    ]
  }
  # Over how many partitions the lists of each table may have been written, once this is applied.
  written = {
    for name, table in local.tables : name => max(
      table.write_partitions, try(tonumber(data.aws_dynamodb_table.deployed[name].tags["specbound:partitions"]), 0)
    )
  }
  # `make rollback`, and a canary, say so in the alias's description.
  said   = try(coalesce(local.live.description), "")
  held   = startswith(local.said, "held ") && var.forward != true
  shared = startswith(local.said, "shared ")
  stays  = local.held || var.canary && local.live != null
  reason = "The API is ${local.said}. `make deploy FORWARD=1` goes forward to the newest version."
}

check "live" {
  assert {
    condition     = !local.held
    error_message = "${local.reason} Without that, an apply leaves it where it is."
  }
}

output "live_version" {
  description = "The version of the function that the API calls: the newest, unless a rollback or a canary holds it at another."
  value       = aws_lambda_alias.live.function_version
}
