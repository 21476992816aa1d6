resource "aws_iam_openid_connect_provider" "cluster" {
  count = var.irsa ? 1 : 0

  url            = aws_eks_cluster.main.identity[0].oidc[0].issuer
  client_id_list = ["sts.amazonaws.com"]
}

# Any association may be made by whoever administers EKS: the tags keep the role to this cluster all the same.
data "aws_iam_policy_document" "pod_identity_trust" {
  statement {
    actions = ["sts:AssumeRole", "sts:TagSession"]

    principals {
      type        = "Service"
      identifiers = ["pods.eks.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:RequestTag/eks-cluster-arn"
      values   = [local.cluster_arn]
    }
  }
}

locals {
  pod_roles = { for name, identity in var.pod_identities : name => identity if identity.role_arn == null }

  pod_role_policies = merge([
    for name, identity in local.pod_roles : {
      for arn in identity.policy_arns : "${name}/${arn}" => { identity = name, arn = arn }
    }
  ]...)

  pod_data_roles = {
    for name, identity in local.pod_roles : name => identity if length(identity.s3_buckets) + length(identity.dynamodb_tables) > 0
  }
}

resource "aws_iam_role" "pod" {
  for_each = local.pod_roles

  name               = "${local.short_name}-pod-${each.key}"
  description        = "Service account ${each.value.namespace}/${each.value.service_account} in ${var.name}, ${var.region}"
  assume_role_policy = data.aws_iam_policy_document.pod_identity_trust.json
}

resource "aws_iam_role_policy_attachment" "pod" {
  for_each = local.pod_role_policies

  role       = aws_iam_role.pod[each.value.identity].name
  policy_arn = each.value.arn
}

data "aws_iam_policy_document" "pod_data" {
  for_each = local.pod_data_roles

  dynamic "statement" {
    for_each = length(each.value.s3_buckets) > 0 ? [each.value.s3_buckets] : []

    content {
      actions   = ["s3:ListBucket", "s3:GetBucketLocation"]
      resources = [for bucket in statement.value : local.bucket_arns[bucket]]
    }
  }

  dynamic "statement" {
    for_each = length(each.value.s3_buckets) > 0 ? [each.value.s3_buckets] : []

    content {
      actions   = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload"]
      resources = [for bucket in statement.value : "${local.bucket_arns[bucket]}/*"]
    }
  }

  dynamic "statement" {
    for_each = length(each.value.dynamodb_tables) > 0 ? [each.value.dynamodb_tables] : []

    content {
      actions = [
        "dynamodb:BatchGetItem", "dynamodb:BatchWriteItem", "dynamodb:ConditionCheckItem", "dynamodb:DeleteItem", "dynamodb:DescribeTable",
        "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query", "dynamodb:Scan", "dynamodb:UpdateItem",
      ]
      resources = [for table in statement.value : local.table_arns[table]]
    }
  }
}

resource "aws_iam_role_policy" "pod_data" {
  for_each = local.pod_data_roles

  name   = "buckets-and-tables"
  role   = aws_iam_role.pod[each.key].name
  policy = data.aws_iam_policy_document.pod_data[each.key].json
}

resource "aws_eks_pod_identity_association" "pod" {
  for_each = var.pod_identities

  cluster_name    = aws_eks_cluster.main.name
  namespace       = each.value.namespace
  service_account = each.value.service_account
  role_arn        = each.value.role_arn == null ? aws_iam_role.pod[each.key].arn : each.value.role_arn
}
