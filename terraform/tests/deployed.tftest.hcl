# What is deployed goes on working while a plan is applied, and after a rollback. Here it is made up, as the contract
# has it: version 3 of the function is live, and lists things from two partitions by one index.
mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  contract = "tests/contracts/things.yaml"
  package  = "../build/terraform-test/things.zip"
}

override_data {
  target = data.aws_apigatewayv2_apis.deployed
  values = { ids = ["a1b2c3"] }
}

override_data {
  target = data.aws_lambda_functions.deployed
  values = { function_names = ["another", "things-of-all-kinds"] }
}

override_data {
  target = data.aws_lambda_alias.live
  values = { function_version = "3", description = "" }
}

override_data {
  target = data.aws_lambda_function.live
  values = {
    environment = [{ variables = {
      TABLE_THINGS = "things-of-all-kinds-things"
      LISTS        = "{\"things\":{\"partitions\":2,\"indexes\":[\"by_kind\"]}}"
    } }]
  }
}

override_data {
  target = data.aws_dynamodb_tables.deployed
  values = { names = ["another-things", "things-of-all-kinds-things", "things-of-all-kinds-test-things"] }
}

override_data {
  target = data.aws_dynamodb_table.deployed
  values = {
    hash_key               = "thingId"
    range_key              = ""
    tags                   = { "specbound:partitions" = "2" }
    global_secondary_index = [{ name = "by_kind", hash_key = "kindPartition", range_key = "position" }]
  }
}

run "what_has_not_changed_is_applied_and_the_newest_version_is_called" {
  assert {
    condition     = keys(data.aws_dynamodb_table.deployed) == ["things"] && output.live_version == "7"
    error_message = "The tables of other deployments are not ours, and nothing holds the API."
  }
  assert {
    condition     = aws_lambda_alias.live.description == null || aws_lambda_alias.live.description == ""
    error_message = "Nothing is said of a rollback that was not."
  }
}

run "the_version_to_come_is_told_apart_by_what_it_lists" {
  assert {
    condition = jsondecode(aws_lambda_function.this.environment[0].variables["LISTS"]) == jsondecode(jsonencode({
      things = { partitions = 2, indexes = ["by_kind"] }, boxes = { partitions = 8, indexes = ["newest"] }
    }))
    error_message = "A version lists by all indexes but the retired ones, from all partitions."
  }
  assert {
    condition = { for name, table in aws_dynamodb_table.this : name => lookup(coalesce(table.tags, {}), "specbound:partitions", "") } == {
      things = "2", boxes = "4", plain = "", former = ""
    }
    error_message = "A table says over how many partitions its lists may have been written."
  }
}

run "what_is_retired_is_kept_with_its_rights_and_unknown_to_the_function" {
  variables {
    deletion_protection = true
  }
  assert {
    condition     = toset(aws_dynamodb_table.this["boxes"].global_secondary_index[*].name) == toset(["by_kind", "newest"])
    error_message = "A retired index is still there."
  }
  assert {
    condition = (
      strcontains(aws_iam_role_policy.function.policy, "dynamodb:DeleteItem") &&
      strcontains(aws_iam_role_policy.function.policy, "/index/by_kind")
    )
    error_message = "The version before must still be able to use what is retired."
  }
  assert {
    condition     = !contains(keys(aws_lambda_function.this.environment[0].variables), "TABLE_FORMER")
    error_message = "The function must not know what is retired."
  }
  assert {
    condition     = [for name, table in aws_dynamodb_table.this : name if !table.deletion_protection_enabled] == ["former"]
    error_message = "The next release could not remove it."
  }
}

run "a_table_that_the_live_version_uses_is_not_removed" {
  command = plan
  override_data {
    target = data.aws_dynamodb_tables.deployed
    values = { names = ["things-of-all-kinds-things", "things-of-all-kinds-gone"] }
  }
  override_data {
    target = data.aws_lambda_function.live
    values = { environment = [{ variables = { TABLE_GONE = "things-of-all-kinds-gone" } }] }
  }
  expect_failures = [data.aws_dynamodb_table.deployed["gone"]]
}

run "a_table_that_the_live_version_does_not_use_is_removed" {
  command = plan
  override_data {
    target = data.aws_dynamodb_tables.deployed
    values = { names = ["things-of-all-kinds-things", "things-of-all-kinds-gone"] }
  }
}

run "a_table_is_not_replaced_by_one_of_another_key" {
  command = plan
  override_data {
    target = data.aws_dynamodb_table.deployed
    values = { hash_key = "id", range_key = "" }
  }
  expect_failures = [data.aws_dynamodb_table.deployed["things"]]
}

run "a_table_is_not_replaced_by_one_of_another_range_key" {
  command = plan
  override_data {
    target = data.aws_dynamodb_table.deployed
    values = { hash_key = "thingId", range_key = "number" }
  }
  expect_failures = [data.aws_dynamodb_table.deployed["things"]]
}

run "an_index_that_the_live_version_lists_by_is_not_removed" {
  command = plan
  override_data {
    target = data.aws_lambda_function.live
    values = { environment = [{ variables = { LISTS = "{\"things\":{\"partitions\":2,\"indexes\":[\"by_kind\",\"gone\"]}}" } }] }
  }
  expect_failures = [data.aws_dynamodb_table.deployed["things"]]
}

run "an_index_that_the_live_version_does_not_list_by_is_removed" {
  command = plan
  override_data {
    target = data.aws_dynamodb_table.deployed
    values = {
      hash_key               = "thingId"
      range_key              = ""
      global_secondary_index = [{ name = "gone", hash_key = "gonePartition", range_key = "position" }]
    }
  }
}

run "an_index_is_not_replaced_by_one_of_other_keys" {
  command = plan
  override_data {
    target = data.aws_dynamodb_table.deployed
    values = {
      hash_key               = "thingId"
      range_key              = ""
      global_secondary_index = [{ name = "by_kind", hash_key = "kind", range_key = "position" }]
    }
  }
  expect_failures = [data.aws_dynamodb_table.deployed["things"]]
}

run "lists_are_not_read_from_fewer_partitions_than_they_were_written_to" {
  command = plan
  override_data {
    target = data.aws_dynamodb_table.deployed
    values = { hash_key = "thingId", range_key = "", tags = { "specbound:partitions" = "3" } }
  }
  expect_failures = [data.aws_dynamodb_table.deployed["things"]]
}

run "lists_are_read_from_fewer_partitions_where_the_others_were_never_written_to" {
  command = plan
  override_data {
    target = data.aws_lambda_function.live
    values = { environment = [{ variables = { LISTS = "{\"things\":{\"partitions\":9,\"indexes\":[\"by_kind\"]}}" } }] }
  }
}

run "lists_are_not_written_to_partitions_that_the_live_version_does_not_read" {
  command = plan
  override_data {
    target = data.aws_lambda_function.live
    values = { environment = [{ variables = { LISTS = "{\"things\":{\"partitions\":1,\"indexes\":[\"by_kind\"]}}" } }] }
  }
  expect_failures = [data.aws_dynamodb_table.deployed["things"]]
}

run "over_how_many_partitions_lists_were_written_is_not_forgotten" {
  command = plan
  override_data {
    target = data.aws_dynamodb_tables.deployed
    values = { names = ["things-of-all-kinds-boxes"] }
  }
  override_data {
    target = data.aws_dynamodb_table.deployed
    values = { hash_key = "thingId", range_key = "", tags = { "specbound:partitions" = "6" } }
  }
  assert {
    condition     = aws_dynamodb_table.this["boxes"].tags["specbound:partitions"] == "6"
    error_message = "A contract that writes to fewer does not move what was written."
  }
}

run "after_a_rollback_an_apply_leaves_the_api_where_it_is_and_says_so" {
  override_data {
    target = data.aws_lambda_alias.live
    values = { function_version = "3", description = "held at version 3, rolled back from 4" }
  }
  expect_failures = [check.live]
  assert {
    condition     = output.live_version == "3" && aws_lambda_alias.live.description == "held at version 3, rolled back from 4"
    error_message = "A rollback stays, whatever else is applied."
  }
}

run "after_a_rollback_make_deploy_is_refused" {
  command = plan
  variables {
    forward = false
  }
  override_data {
    target = data.aws_lambda_alias.live
    values = { function_version = "3", description = "held at version 3, rolled back from 4" }
  }
  expect_failures = [aws_lambda_alias.live, check.live]
}

run "after_a_rollback_the_api_goes_forward_where_it_is_told_to" {
  variables {
    forward = true
  }
  override_data {
    target = data.aws_lambda_alias.live
    values = { function_version = "3", description = "held at version 3, rolled back from 4" }
  }
  assert {
    condition     = output.live_version == "7" && (aws_lambda_alias.live.description == null || aws_lambda_alias.live.description == "")
    error_message = "It goes to the newest version, and is held no more."
  }
}

run "without_a_rollback_make_deploy_goes_to_the_newest_version" {
  variables {
    forward = false
  }
  assert {
    condition     = output.live_version == "7"
    error_message = "Nothing holds the API."
  }
}

run "a_version_that_a_canary_is_to_try_is_published_and_not_called" {
  variables {
    canary  = true
    forward = false
  }
  assert {
    condition     = output.version == "7" && output.live_version == "3" && aws_lambda_alias.live.description == ""
    error_message = "What moves the alias by weight needs it where it is."
  }
  assert {
    condition     = length(aws_lambda_alias.live.routing_config) == 0
    error_message = "No weight is Terraform's."
  }
}

run "a_canary_after_a_rollback_leaves_the_hold_to_what_moves_the_alias" {
  variables {
    canary  = true
    forward = true
  }
  override_data {
    target = data.aws_lambda_alias.live
    values = { function_version = "3", description = "held at version 3, rolled back from 4" }
  }
  assert {
    condition     = output.live_version == "3" && aws_lambda_alias.live.description == "held at version 3, rolled back from 4"
    error_message = "If it goes wrong before the canary begins, the API is still held."
  }
}

run "a_canary_after_a_rollback_is_refused_unless_it_is_told_to_go_forward" {
  command = plan
  variables {
    canary  = true
    forward = false
  }
  override_data {
    target = data.aws_lambda_alias.live
    values = { function_version = "3", description = "held at version 3, canary of 4 taken back at 2026-01-31T09:30:00Z" }
  }
  expect_failures = [aws_lambda_alias.live, check.live]
}

run "nothing_is_planned_while_a_canary_shares_the_api" {
  command = plan
  override_data {
    target = data.aws_lambda_alias.live
    values = { function_version = "3", description = "shared with version 4, a canary beside 3" }
  }
  expect_failures = [aws_lambda_alias.live]
}

run "going_forward_does_not_go_past_a_canary" {
  command = plan
  variables {
    forward = true
  }
  override_data {
    target = data.aws_lambda_alias.live
    values = { function_version = "3", description = "shared with version 4, a canary beside 3" }
  }
  expect_failures = [aws_lambda_alias.live]
}

run "a_first_deployment_has_nothing_to_be_careful_about" {
  variables {
    canary = true
  }
  override_data {
    target = data.aws_apigatewayv2_apis.deployed
    values = { ids = [] }
  }
  assert {
    condition     = output.live_version == "7"
    error_message = "There is no version before it, to stay at."
  }
}

run "a_first_deployment_that_failed_before_there_was_an_alias_is_repeated" {
  command = plan
  override_data {
    target = data.aws_apigatewayv2_apis.deployed
    values = { ids = [] }
  }
  assert {
    condition     = length(data.aws_lambda_alias.live) == 0 && length(data.aws_lambda_function.live) == 0
    error_message = "An alias that was never made can't be read, and the plan would fail."
  }
}
