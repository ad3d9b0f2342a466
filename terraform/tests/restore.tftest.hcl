# A table is restored into another one, which the API then uses; the one before is kept until told otherwise. Here two
# tables are deployed, and version 3 of the function is live.
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
  values = { function_names = ["things-of-all-kinds"] }
}

override_data {
  target = data.aws_lambda_alias.live
  values = { function_version = "3", description = "" }
}

override_data {
  target = data.aws_lambda_function.live
  values = { environment = [{ variables = {
    TABLE_THINGS = "things-of-all-kinds-things"
    TABLE_BOXES  = "things-of-all-kinds-boxes"
    LISTS        = "{\"things\":{\"partitions\":2,\"indexes\":[\"by_kind\"]}}"
  } }] }
}

override_data {
  target = data.aws_dynamodb_tables.deployed
  values = { names = ["things-of-all-kinds-things", "things-of-all-kinds-boxes", "things-of-all-kinds-test-things"] }
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

run "without_an_entry_nothing_is_restored" {
  command = plan
  assert {
    condition     = toset(keys(aws_dynamodb_table.this)) == toset(["boxes", "former", "plain", "things"]) && alltrue([for table in aws_dynamodb_table.this : table.restore_source_name == null && table.restore_date_time == null])
    error_message = "Tables are made empty."
  }
  assert {
    condition     = output.superseded == {}
    error_message = "None took the place of another."
  }
}

run "tables_are_restored_as_they_were_into_new_ones" {
  variables {
    deletion_protection = true
    restore             = [{ tables = ["things", "boxes"], at = "${formatdate("YYYY-MM-DD", timeadd(timestamp(), "-24h"))}T01:02:03Z" }]
  }
  assert {
    condition = {
      for key, table in aws_dynamodb_table.this : replace(key, "/-[0-9]{8}010203$/", "-restored") =>
      table.restore_source_name == null ? "" : "${table.restore_source_name} as of ${substr(table.restore_date_time, 11, -1)}"
      } == {
      things = "", "things-restored" = "things-of-all-kinds-things as of 01:02:03Z"
      boxes  = "", "boxes-restored" = "things-of-all-kinds-boxes as of 01:02:03Z"
      plain  = "", former = ""
    }
    error_message = "Of those that are named, there is another one; and all that was there is there still."
  }
  assert {
    condition = alltrue([
      for key, table in aws_dynamodb_table.this : alltrue([
        table.deletion_protection_enabled, table.point_in_time_recovery[0].enabled, table.billing_mode == "PAY_PER_REQUEST",
        [table.hash_key, table.global_secondary_index, table.attribute, table.ttl, table.tags] == [
          for before in [aws_dynamodb_table.this[split("-", key)[0]]] : [before.hash_key, before.global_secondary_index, before.attribute, before.ttl, before.tags]
        ][0]
      ]) if strcontains(key, "-")
    ])
    error_message = "DynamoDB restores items, and none of what the one before has else: protection, recovery, expiry, tags."
  }
  assert {
    condition = (
      [for name in ["things", "boxes"] : replace(aws_lambda_function.this.environment[0].variables["TABLE_${upper(name)}"], "/[0-9]{8}010203$/", "…")] ==
      ["things-of-all-kinds-things-…", "things-of-all-kinds-boxes-…"] &&
      output.tables["things"] == aws_lambda_function.this.environment[0].variables["TABLE_THINGS"]
    )
    error_message = "The function uses what was restored, and so does who asks for the outputs."
  }
  assert {
    condition     = output.superseded == { things = ["things-of-all-kinds-things"], boxes = ["things-of-all-kinds-boxes"] }
    error_message = "It is said what was superseded."
  }
  assert {
    condition     = length(local.arns["things"]) == 2 && length(local.indexes) == 2 * (1 + 2)
    error_message = "The version before, which is called until the new one is, still uses the tables before."
  }
  assert {
    condition     = alltrue([for name, dimensions in local.throttled : endswith(dimensions.TableName, "010203") == !contains(["plain", "former"], name)])
    error_message = "What is watched is what is used."
  }
}

run "what_was_restored_stays_and_is_restored_once_more_from_what_is_used_by_then" {
  command = plan
  variables {
    restore = [
      { tables = ["things"], at = "2020-01-31T09:30:00Z" },
      { tables = ["things"], at = "${formatdate("YYYY-MM-DD", timeadd(timestamp(), "-24h"))}T01:02:03Z" },
    ]
  }
  override_data {
    target = data.aws_dynamodb_tables.deployed
    values = { names = ["things-of-all-kinds-things", "things-of-all-kinds-things-20200131093000"] }
  }
  override_data {
    target = data.aws_lambda_function.live
    values = { environment = [{ variables = { TABLE_THINGS = "things-of-all-kinds-things-20200131093000" } }] }
  }
  assert {
    condition     = aws_dynamodb_table.this[local.current["things"]].restore_source_name == "things-of-all-kinds-things-20200131093000"
    error_message = "The second is made of the first."
  }
  assert {
    condition     = output.superseded == { things = ["things-of-all-kinds-things", "things-of-all-kinds-things-20200131093000"] }
    error_message = "Both before are kept."
  }
  assert {
    condition     = data.aws_dynamodb_table.deployed["things"].name == "things-of-all-kinds-things-20200131093000"
    error_message = "What is deployed is what the live version uses."
  }
}

run "a_canary_does_not_share_what_is_restored" {
  command = plan
  variables {
    canary  = true
    restore = [{ tables = ["things"], at = "${formatdate("YYYY-MM-DD", timeadd(timestamp(), "-24h"))}T01:02:03Z" }]
  }
  expect_failures = [data.aws_dynamodb_table.deployed["things"]]
}

run "a_canary_shares_what_was_restored_before" {
  command = plan
  variables {
    canary  = true
    restore = [{ tables = ["things"], at = "2020-01-31T09:30:00Z" }]
  }
  override_data {
    target = data.aws_dynamodb_tables.deployed
    values = { names = ["things-of-all-kinds-things", "things-of-all-kinds-things-20200131093000"] }
  }
  override_data {
    target = data.aws_lambda_function.live
    values = { environment = [{ variables = { TABLE_THINGS = "things-of-all-kinds-things-20200131093000" } }] }
  }
  assert {
    condition     = output.live_version == "3"
    error_message = "Both versions use the same table."
  }
}

run "no_time_of_another_form" {
  command = plan
  variables {
    restore = [{ tables = ["things"], at = "2026-01-31 09:30" }]
  }
  expect_failures = [var.restore]
}

run "no_time_with_an_offset" {
  command = plan
  variables {
    restore = [{ tables = ["things"], at = "2026-01-31T09:30:00+01:00" }]
  }
  expect_failures = [var.restore]
}

run "no_time_that_never_was" {
  command = plan
  variables {
    restore = [{ tables = ["things"], at = "2026-02-30T09:30:00Z" }]
  }
  expect_failures = [var.restore]
}

run "no_table_that_the_contract_does_not_have" {
  command = plan
  variables {
    restore = [{ tables = ["things", "orders"], at = "2026-01-31T09:30:00Z" }]
  }
  expect_failures = [var.restore]
}

run "no_entry_without_a_table" {
  command = plan
  variables {
    restore = [{ tables = [], at = "2026-01-31T09:30:00Z" }]
  }
  expect_failures = [var.restore]
}

run "no_table_twice_as_it_was_at_one_time" {
  command = plan
  variables {
    restore = [{ tables = ["things"], at = "2026-01-31T09:30:00Z" }, { tables = ["things"], at = "2026-01-31T09:30:00Z" }]
  }
  expect_failures = [var.restore]
}

run "no_time_to_come" {
  command = plan
  variables {
    restore = [{ tables = ["boxes"], at = "2999-01-31T09:30:00Z" }]
  }
  expect_failures = [aws_dynamodb_table.this]
}

run "no_time_more_than_35_days_ago" {
  command = plan
  variables {
    restore = [{ tables = ["boxes"], at = "2020-01-31T09:30:00Z" }]
  }
  expect_failures = [aws_dynamodb_table.this]
}

run "no_table_that_was_never_deployed" {
  command = plan
  variables {
    restore = [{ tables = ["plain"], at = "${formatdate("YYYY-MM-DD", timeadd(timestamp(), "-24h"))}T01:02:03Z" }]
  }
  expect_failures = [aws_dynamodb_table.this]
}

run "an_entry_whose_table_is_used_is_not_taken_away" {
  command = plan
  override_data {
    target = data.aws_dynamodb_tables.deployed
    values = { names = ["things-of-all-kinds-things", "things-of-all-kinds-things-20200131093000"] }
  }
  override_data {
    target = data.aws_lambda_function.live
    values = { environment = [{ variables = { TABLE_THINGS = "things-of-all-kinds-things-20200131093000" } }] }
  }
  expect_failures = [data.aws_dynamodb_table.deployed["things"]]
}

run "what_is_superseded_is_unprotected_first" {
  command = plan
  variables {
    deletion_protection = true
    superseded          = "unprotect"
    restore             = [{ tables = ["things"], at = "2020-01-31T09:30:00Z" }]
  }
  override_data {
    target = data.aws_dynamodb_tables.deployed
    values = { names = ["things-of-all-kinds-things", "things-of-all-kinds-things-20200131093000"] }
  }
  override_data {
    target = data.aws_lambda_function.live
    values = { environment = [{ variables = { TABLE_THINGS = "things-of-all-kinds-things-20200131093000" } }] }
  }
  assert {
    condition     = toset([for key, table in aws_dynamodb_table.this : key if !table.deletion_protection_enabled]) == toset(["former", "things"])
    error_message = "What is used stays protected."
  }
}

run "what_is_superseded_is_deleted_when_told_to" {
  command = plan
  variables {
    superseded = "delete"
    restore    = [{ tables = ["things"], at = "2020-01-31T09:30:00Z" }]
  }
  override_data {
    target = data.aws_dynamodb_tables.deployed
    values = { names = ["things-of-all-kinds-things", "things-of-all-kinds-things-20200131093000"] }
  }
  override_data {
    target = data.aws_lambda_function.live
    values = { environment = [{ variables = { TABLE_THINGS = "things-of-all-kinds-things-20200131093000" } }] }
  }
  assert {
    condition     = toset(keys(aws_dynamodb_table.this)) == toset(["boxes", "former", "plain", "things-20200131093000"]) && output.superseded == { things = [] }
    error_message = "What is used is all that there is."
  }
}

run "nothing_is_deleted_that_is_protected" {
  command = plan
  variables {
    superseded = "delete"
    restore    = [{ tables = ["things"], at = "2020-01-31T09:30:00Z" }]
  }
  override_data {
    target = data.aws_dynamodb_tables.deployed
    values = { names = ["things-of-all-kinds-things", "things-of-all-kinds-things-20200131093000"] }
  }
  override_data {
    target = data.aws_lambda_function.live
    values = { environment = [{ variables = { TABLE_THINGS = "things-of-all-kinds-things-20200131093000" } }] }
  }
  override_data {
    target = data.aws_dynamodb_table.leaving
    values = { deletion_protection_enabled = true }
  }
  expect_failures = [data.aws_dynamodb_table.leaving["things-of-all-kinds-things"]]
}

run "nothing_is_deleted_that_the_live_version_uses" {
  command = plan
  variables {
    superseded = "delete"
    restore    = [{ tables = ["things"], at = "2020-01-31T09:30:00Z" }]
  }
  override_data {
    target = data.aws_dynamodb_tables.deployed
    values = { names = ["things-of-all-kinds-things", "things-of-all-kinds-things-20200131093000"] }
  }
  expect_failures = [data.aws_dynamodb_table.deployed["things"]]
}
