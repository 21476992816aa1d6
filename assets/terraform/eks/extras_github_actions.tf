locals {
  # A list of none or one, so that what follows needs no tests for null.
  github_actions = var.github_actions[*]
  github_deploys = anytrue([for github in local.github_actions : length(github.namespaces) > 0])
}

resource "aws_iam_openid_connect_provider" "github" {
  count = length([for github in local.github_actions : github if github.make_provider])

  url            = "https://token.actions.githubusercontent.com"
  client_id_list = ["sts.amazonaws.com"]
}

data "aws_iam_policy_document" "github_trust" {
  count = length(local.github_actions)

  statement {
    actions = ["sts:AssumeRoleWithWebIdentity"]

    principals {
      type        = "Federated"
      identifiers = ["arn:${local.partition}:iam::${var.account_id}:oidc-provider/token.actions.githubusercontent.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "token.actions.githubusercontent.com:aud"
      values   = ["sts.amazonaws.com"]
    }

    condition {
      test     = "StringLike"
      variable = "token.actions.githubusercontent.com:sub"
      values   = var.github_actions.subjects
    }
  }
}

resource "aws_iam_role" "github" {
  count = length(local.github_actions)

  name               = "${local.short_name}-github"
  description        = "GitHub workflows that deliver to the EKS cluster ${var.name} in ${var.region}"
  assume_role_policy = data.aws_iam_policy_document.github_trust[0].json
}

data "aws_iam_policy_document" "github" {
  count = length(local.github_actions)

  statement {
    actions   = ["eks:DescribeCluster"]
    resources = [local.cluster_arn]
  }

  dynamic "statement" {
    for_each = length(var.ecr_repositories) > 0 ? [values(local.repository_arns)] : []

    content {
      actions = [
        "ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:CompleteLayerUpload", "ecr:DescribeImages",
        "ecr:GetDownloadUrlForLayer", "ecr:InitiateLayerUpload", "ecr:PutImage", "ecr:UploadLayerPart",
      ]
      resources = statement.value
    }
  }

  # A login is for the whole registry; it takes no repository.
  dynamic "statement" {
    for_each = length(var.ecr_repositories) > 0 ? ["login"] : []

    content {
      actions   = ["ecr:GetAuthorizationToken"]
      resources = ["*"]
    }
  }
}

resource "aws_iam_role_policy" "github" {
  count = length(local.github_actions)

  name   = "deliver"
  role   = aws_iam_role.github[0].name
  policy = data.aws_iam_policy_document.github[0].json
}

resource "aws_eks_access_entry" "github" {
  count = local.github_deploys ? 1 : 0

  cluster_name  = aws_eks_cluster.main.name
  principal_arn = aws_iam_role.github[0].arn
}

resource "aws_eks_access_policy_association" "github" {
  count = local.github_deploys ? 1 : 0

  cluster_name  = aws_eks_cluster.main.name
  principal_arn = aws_eks_access_entry.github[0].principal_arn
  policy_arn    = "${local.access_policy}/AmazonEKSEditPolicy"

  access_scope {
    type       = "namespace"
    namespaces = var.github_actions.namespaces
  }
}
