resource "terraform_data" "access_entry" {
  for_each = var.access_entries

  triggers_replace = { cluster = terraform_data.cluster.id, principal_arn = each.value.principal_arn, type = each.value.type }
  input            = { kubernetes_groups = each.value.kubernetes_groups, tags = local.tags }
}

resource "terraform_data" "access_policy" {
  for_each = merge([
    for name, entry in var.access_entries : {
      for policy in entry.policies : "${name}/${policy.name}" => merge(policy, { entry = name })
    }
  ]...)

  triggers_replace = {
    entry      = terraform_data.access_entry[each.value.entry].id
    policy     = each.value.name
    namespaces = each.value.namespaces
  }
}

resource "terraform_data" "oidc_provider" {
  count = var.irsa ? 1 : 0

  triggers_replace = { issuer = local.issuer, cluster = terraform_data.cluster.id }
  input            = { arn = "${local.iam}:oidc-provider/${local.issuer}", tags = local.tags }
}

resource "terraform_data" "pod_identity" {
  for_each = var.pod_identities

  triggers_replace = {
    cluster         = terraform_data.cluster.id
    namespace       = each.value.namespace
    service_account = each.value.service_account
  }

  input = {
    role_arn        = each.value.role_arn == null ? "${local.iam}:role/${local.short_name}-pod-${each.key}" : each.value.role_arn
    policy_arns     = each.value.policy_arns
    s3_buckets      = each.value.s3_buckets
    dynamodb_tables = each.value.dynamodb_tables
    tags            = local.tags
  }

  depends_on = [terraform_data.bucket, terraform_data.table]
}
