resource "aws_dynamodb_table" "table" {
  for_each = var.dynamodb_tables

  name                        = each.key
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = each.value.hash_key
  range_key                   = each.value.range_key
  deletion_protection_enabled = each.value.deletion_protection

  attribute {
    name = each.value.hash_key
    type = each.value.hash_key_type
  }

  dynamic "attribute" {
    for_each = each.value.range_key[*]

    content {
      name = attribute.value
      type = each.value.range_key_type
    }
  }

  dynamic "ttl" {
    for_each = each.value.expiry_attribute[*]

    content {
      enabled        = true
      attribute_name = ttl.value
    }
  }

  point_in_time_recovery {
    enabled = true
  }
}
