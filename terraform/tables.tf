resource "aws_dynamodb_table" "this" {
  # checkov:skip=CKV_AWS_119:a key that AWS owns encrypts the tables, free of charge, unless kms_key names another
  for_each = local.stored

  name         = "${local.name}-${each.key}"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = each.value.hash_key
  range_key    = each.value.range_key
  # What is retired can be removed in the next release.
  deletion_protection_enabled = var.deletion_protection && !each.value.retired && (each.key == local.current[each.value.of] || var.superseded == "keep")
  # Found by the next plan, and by `make rollback`.
  tags = length(each.value.indexes) == 0 ? {} : { "specbound:partitions" = local.written[each.value.of] }
  # What DynamoDB does not restore with the items is said below, as of every table.
  restore_source_name = each.value.from
  restore_date_time   = each.value.at

  dynamic "attribute" {
    for_each = each.value.attributes
    content {
      name = attribute.key
      type = attribute.value
    }
  }

  dynamic "global_secondary_index" {
    for_each = each.value.indexes
    content {
      name            = global_secondary_index.key
      hash_key        = global_secondary_index.value.hash_key
      range_key       = global_secondary_index.value.range_key
      projection_type = global_secondary_index.value.projection
    }
  }

  dynamic "ttl" {
    for_each = each.value.ttl_attribute[*]
    content {
      attribute_name = ttl.value
      enabled        = true
    }
  }

  # Without it, a key that AWS owns encrypts.
  dynamic "server_side_encryption" {
    for_each = var.kms_key[*]
    content {
      enabled     = true
      kms_key_arn = server_side_encryption.value
    }
  }

  point_in_time_recovery { enabled = true }

  # A restore takes as long as there is to restore, with its indexes.
  timeouts { create = "24h" }

  lifecycle {
    precondition {
      condition     = each.value.from == null || contains(local.names, "${local.name}-${each.key}") || contains(local.names, coalesce(each.value.from, "-"))
      error_message = "restore: there is no table ${coalesce(each.value.from, "-")} that ${each.value.of} could be restored from. What was never deployed can't be: take the entry away."
    }
    precondition {
      condition     = each.value.from == null || contains(local.names, "${local.name}-${each.key}") || try(timecmp(each.value.at, plantimestamp()) < 0 && timecmp(each.value.at, timeadd(plantimestamp(), "-840h")) > 0, false)
      error_message = "restore: ${each.value.of} can be restored as it was within the last 35 days, and ${coalesce(each.value.at, "-")} is not among them."
    }
  }
}

# A table of the contract is stored in one of AWS; after a restore in another one, made of the one before as it was then.
# The API uses the last; those before are kept until `superseded` says otherwise.
locals {
  restored = flatten([
    for each in var.restore : [
      for table in each.tables : { of = table, at = each.at, key = "${table}-${try(formatdate("YYYYMMDDhhmmss", each.at), "never")}" }
    ]
  ])
  # By table of the contract, the keys of those that it is and was stored in, the oldest first.
  places = {
    for table in keys(local.tables) : table => concat([table], [for each in local.restored : each.key if each.of == table])
  }
  current = { for table, places in local.places : table => places[length(places) - 1] }
  times   = { for each in local.restored : each.key => each.at... }
  stored = merge([
    for table, places in local.places : {
      for number, key in places : key => merge(local.tables[table], {
        of   = table
        from = number == 0 ? null : "${local.name}-${places[number - 1]}"
        at   = number == 0 ? null : local.times[key][0]
      }) if key == local.current[table] || var.superseded != "delete"
    }
  ]...)
  # By table of the contract, all that it is stored in: the version before still uses what was superseded.
  arns = { for table in keys(local.tables) : table => [for key, each in local.stored : aws_dynamodb_table.this[key].arn if each.of == table] }
}
