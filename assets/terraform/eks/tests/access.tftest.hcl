run "entries" {
  command = plan

  variables {
    access_entries = {
      sre        = { principal_arn = "arn:aws:iam::111111111111:role/sre", policies = [{ name = "AmazonEKSClusterAdminPolicy" }] }
      developers = { principal_arn = "arn:aws:iam::111111111111:role/developers", policies = [{ name = "AmazonEKSViewPolicy" }, { name = "AmazonEKSEditPolicy", namespaces = ["payments"] }] }
      auditors   = { principal_arn = "arn:aws:iam::222222222222:role/auditors", kubernetes_groups = ["auditors"] }
      karpenter  = { principal_arn = "arn:aws:iam::111111111111:role/karpenter-node", type = "EC2_LINUX" }
    }
  }

  assert {
    condition = { for name, policy in aws_eks_access_policy_association.policy : name => "${policy.access_scope[0].type} ${join(",", coalesce(policy.access_scope[0].namespaces, []))}" } == {
      "sre/AmazonEKSClusterAdminPolicy" = "cluster "
      "developers/AmazonEKSViewPolicy"  = "cluster "
      "developers/AmazonEKSEditPolicy"  = "namespace payments"
    }
    error_message = "A policy is for the cluster unless it has namespaces."
  }

  assert {
    condition     = aws_eks_access_policy_association.policy["sre/AmazonEKSClusterAdminPolicy"].policy_arn == "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy"
    error_message = "A policy's name becomes its ARN."
  }

  assert {
    condition     = aws_eks_access_entry.entry["auditors"].kubernetes_groups == toset(["auditors"]) && aws_eks_access_entry.entry["karpenter"].type == "EC2_LINUX"
    error_message = "Groups and types are those of the entry."
  }
}

run "nobody" {
  command = plan

  variables {
    access_entries = {}
  }

  expect_failures = [check.somebody_may_log_in]
}

run "assumed_role" {
  command = plan

  variables {
    role_arn = "arn:aws:iam::111111111111:role/eksdeck"
    irsa     = false
  }

  assert {
    condition     = output.oidc_provider_arn == null
    error_message = "Without IRSA there is no provider in IAM."
  }
}
