resource "aws_dynamodb_table" "this" {
  # checkov:skip=CKV_AWS_119:AWS's own key encrypts the tables; a key of one's own costs money and protects from no one else here
  for_each = local.tables

  name                        = "${local.name}-${each.key}"
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = each.value.hash_key
  range_key                   = each.value.range_key
  deletion_protection_enabled = var.deletion_protection

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
    for_each = each.value.ttl[*]
    content {
      attribute_name = ttl.value
      enabled        = true
    }
  }

  point_in_time_recovery { enabled = true }
  server_side_encryption { enabled = true }

  lifecycle {
    precondition {
      condition     = each.value.hash_key != null && alltrue([for index in each.value.indexes : index.hash_key != null])
      error_message = "x-dynamodb ${each.key}: the table and each of its indexes need a hash_key."
    }
    precondition {
      condition = length(setsubtract(compact(flatten([
        each.value.hash_key, each.value.range_key, [for index in each.value.indexes : [index.hash_key, index.range_key]]
      ])), keys(each.value.attributes))) == 0
      error_message = "x-dynamodb ${each.key}: every key of the table and its indexes must be one of its attributes."
    }
    precondition {
      condition     = length(each.value.actions) > 0 && length(setsubtract(each.value.actions, local.item_actions)) == 0
      error_message = "x-dynamodb ${each.key}: actions lists what the function does to items, of ${join(", ", local.item_actions)}."
    }
  }
}

locals {
  # What a function may ever be allowed. Not Scan: what a page costs must not depend on the size of the table.
  item_actions = [
    "BatchGetItem", "BatchWriteItem", "ConditionCheckItem", "DeleteItem", "GetItem", "PutItem", "Query", "UpdateItem"
  ]
}
