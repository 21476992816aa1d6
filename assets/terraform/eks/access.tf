locals {
  access_policies = merge([
    for name, entry in var.access_entries : {
      for policy in entry.policies : "${name}/${policy.name}" => {
        entry      = name
        name       = policy.name
        namespaces = policy.namespaces
      }
    }
  ]...)

  access_policy = "arn:${local.partition}:eks::aws:cluster-access-policy"
}

resource "aws_eks_access_entry" "entry" {
  for_each = var.access_entries

  cluster_name      = aws_eks_cluster.main.name
  principal_arn     = each.value.principal_arn
  type              = each.value.type
  kubernetes_groups = each.value.type == "STANDARD" ? each.value.kubernetes_groups : null
}

resource "aws_eks_access_policy_association" "policy" {
  for_each = local.access_policies

  cluster_name  = aws_eks_cluster.main.name
  principal_arn = aws_eks_access_entry.entry[each.value.entry].principal_arn
  policy_arn    = "${local.access_policy}/${each.value.name}"

  access_scope {
    type       = length(each.value.namespaces) > 0 ? "namespace" : "cluster"
    namespaces = length(each.value.namespaces) > 0 ? each.value.namespaces : null
  }
}

check "somebody_may_log_in" {
  assert {
    condition     = anytrue([for entry in values(var.access_entries) : entry.type == "STANDARD"])
    error_message = "No access entry is for people: nobody can log in to ${var.name} until one is added."
  }
}
