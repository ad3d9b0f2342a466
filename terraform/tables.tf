resource "aws_dynamodb_table" "this" {
  # checkov:skip=CKV_AWS_119:a key that AWS owns encrypts the tables, free of charge, unless kms_key names another
  for_each = local.tables

  name         = "${local.name}-${each.key}"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = each.value.hash_key
  # What is retired can be removed in the next release.
  deletion_protection_enabled = var.deletion_protection && !each.value.retired
  # Found by the next plan, and by `make rollback`.
  tags = length(each.value.indexes) == 0 ? {} : { "specbound:partitions" = local.written[each.key] }

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
}
