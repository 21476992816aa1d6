variables {
  ecr_repositories = { "payments/api" = {}, "payments/tools" = { immutable_tags = false, keep_images = 5 } }
  s3_buckets       = { acme-payments-receipts = { expire_objects_after = 365 }, acme-payments-scratch = { versioned = false } }
  dynamodb_tables = {
    payments = { hash_key = "id" }
    sessions = { hash_key = "user", range_key = "started", range_key_type = "N", expiry_attribute = "ends", deletion_protection = false }
  }
  pod_identities = {
    api    = { namespace = "payments", service_account = "api", s3_buckets = ["acme-payments-receipts"], dynamodb_tables = ["payments"] }
    mailer = { namespace = "payments", service_account = "mailer", policy_arns = ["arn:aws:iam::aws:policy/AmazonSESFullAccess"] }
    legacy = { namespace = "legacy", service_account = "app", role_arn = "arn:aws:iam::111111111111:role/legacy" }
  }
  github_actions = { subjects = ["repo:acme/payments:ref:refs/heads/main"], namespaces = ["payments"] }
}

run "all" {
  command = apply

  assert {
    condition     = aws_ecr_repository.repository["payments/api"].image_tag_mutability == "IMMUTABLE" && aws_ecr_repository.repository["payments/tools"].image_tag_mutability == "MUTABLE"
    error_message = "Tags stay where they are unless a repository says otherwise."
  }

  assert {
    condition     = jsondecode(aws_ecr_lifecycle_policy.repository["payments/tools"].policy).rules[1].selection.countNumber == 5
    error_message = "Old images go."
  }

  assert {
    condition     = alltrue([for block in values(aws_s3_bucket_public_access_block.bucket) : block.block_public_acls && block.block_public_policy && block.ignore_public_acls && block.restrict_public_buckets])
    error_message = "No bucket can be made public."
  }

  assert {
    condition     = aws_s3_bucket_versioning.bucket["acme-payments-receipts"].versioning_configuration[0].status == "Enabled" && length(aws_s3_bucket_lifecycle_configuration.bucket["acme-payments-receipts"].rule) == 2
    error_message = "Receipts have versions, and go after a year."
  }

  assert {
    condition     = [for attribute in aws_dynamodb_table.table["sessions"].attribute : attribute.name if attribute.type == "N"] == ["started"] && aws_dynamodb_table.table["sessions"].ttl[0].attribute_name == "ends"
    error_message = "A table has its keys and its expiry."
  }

  assert {
    condition     = aws_dynamodb_table.table["payments"].deletion_protection_enabled && aws_dynamodb_table.table["payments"].point_in_time_recovery[0].enabled
    error_message = "A table is protected and can be restored."
  }

  assert {
    condition     = toset(keys(aws_iam_role.pod)) == toset(["api", "mailer"]) && aws_eks_pod_identity_association.pod["legacy"].role_arn == "arn:aws:iam::111111111111:role/legacy"
    error_message = "A role is made only where none is given."
  }

  assert {
    condition     = alltrue([for role in values(aws_iam_role.pod) : jsondecode(role.assume_role_policy).Statement[0].Condition.StringEquals["aws:RequestTag/eks-cluster-arn"] == output.arn])
    error_message = "A Pod's role is for this cluster alone."
  }

  assert {
    condition     = strcontains(aws_iam_role_policy.pod_data["api"].policy, aws_dynamodb_table.table["payments"].arn) && !strcontains(aws_iam_role_policy.pod_data["api"].policy, aws_dynamodb_table.table["sessions"].arn)
    error_message = "A service account reaches the tables that it was given, and no other."
  }

  assert {
    condition     = jsondecode(aws_iam_role.github[0].assume_role_policy).Statement[0].Condition.StringLike["token.actions.githubusercontent.com:sub"] == "repo:acme/payments:ref:refs/heads/main"
    error_message = "Only the named workflows log in."
  }

  assert {
    condition     = aws_eks_access_policy_association.github[0].access_scope[0].namespaces == toset(["payments"])
    error_message = "Workflows deploy into the named namespaces."
  }
}

run "github_provider_of_the_account" {
  command = plan

  variables {
    github_actions = {
      subjects      = ["repo:acme/payments:environment:production"]
      make_provider = false
    }
  }

  assert {
    condition     = length(aws_iam_openid_connect_provider.github) + length(aws_eks_access_entry.github) == 0
    error_message = "A provider that is there is used, and without namespaces there is no login to the cluster."
  }

  assert {
    condition     = jsondecode(data.aws_iam_policy_document.github_trust[0].json).Statement[0].Principal.Federated == "arn:aws:iam::111111111111:oidc-provider/token.actions.githubusercontent.com"
    error_message = "The role trusts the account's provider for GitHub."
  }
}
