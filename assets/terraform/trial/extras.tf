resource "terraform_data" "registry" {
  for_each = var.ecr_repositories

  triggers_replace = { name = each.key }
  input            = merge(each.value, { tags = local.tags })
}

resource "terraform_data" "bucket" {
  for_each = var.s3_buckets

  triggers_replace = { name = each.key }
  input            = merge(each.value, { tags = local.tags })
}

resource "terraform_data" "table" {
  for_each = var.dynamodb_tables

  triggers_replace = { name = each.key, hash_key = each.value.hash_key, range_key = each.value.range_key }

  input = {
    expiry_attribute    = each.value.expiry_attribute
    deletion_protection = each.value.deletion_protection
    tags                = local.tags
  }
}

resource "terraform_data" "github_role" {
  count = length(var.github_actions[*])

  triggers_replace = { name = "${local.short_name}-github" }
  input            = merge(var.github_actions, { tags = local.tags })

  depends_on = [terraform_data.cluster, terraform_data.registry]
}
