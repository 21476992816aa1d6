run "ireland" {
  command   = apply
  state_key = "ireland"
}

run "frankfurt" {
  command   = apply
  state_key = "frankfurt"

  variables {
    region = "eu-central-1"
  }

  assert {
    condition     = output.name == run.ireland.name && output.node_role_arn != run.ireland.node_role_arn
    error_message = "IAM is global: clusters of one name in two regions need roles of two names."
  }
}

run "longest_names" {
  command = plan

  variables {
    name           = join("", [for digit in range(100) : digit % 10])
    github_actions = { subjects = ["repo:acme/payments:ref:refs/heads/main"] }

    pod_identities = {
      abcdefghijklmnopqrstuvwx = { namespace = "payments", service_account = "api", policy_arns = ["arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"] }
    }
    addons = { vpc-cni = {}, eks-pod-identity-agent = {}, aws-ebs-csi-driver = {}, aws-efs-csi-driver = {}, amazon-cloudwatch-observability = {} }
  }

  assert {
    condition     = alltrue([for role in concat([aws_iam_role.cluster, aws_iam_role.node, aws_iam_role.github[0]], values(aws_iam_role.addon), values(aws_iam_role.pod)) : length(role.name) <= 64])
    error_message = "A role's name has at most 64 characters."
  }
}
