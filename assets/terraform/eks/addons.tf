locals {
  # Nodes become ready only with the CNI; Pods of the first minute want their roles as well.
  before_nodes = ["vpc-cni", "eks-pod-identity-agent"]

  # Add-ons that call AWS, with the service account and the policy that AWS documents for each.
  addon_roles = {
    for name, role in {
      aws-ebs-csi-driver = {
        suffix          = "ebs-csi"
        service_account = "ebs-csi-controller-sa"
        policy          = "service-role/AmazonEBSCSIDriverPolicy"
      }
      aws-efs-csi-driver = {
        suffix          = "efs-csi"
        service_account = "efs-csi-controller-sa"
        policy          = "service-role/AmazonEFSCSIDriverPolicy"
      }
      amazon-cloudwatch-observability = {
        suffix          = "cloudwatch"
        service_account = "cloudwatch-agent"
        policy          = "CloudWatchAgentServerPolicy"
      }
    } : name => role if contains(keys(var.addons), name)
  }
}

# Left out, the version would be the default of the day of creation and stay there through every upgrade.
data "aws_eks_addon_version" "default" {
  for_each = { for name, addon in var.addons : name => addon if addon.version == null }

  addon_name         = each.key
  kubernetes_version = var.kubernetes_version
}

locals {
  addon_versions = {
    for name, addon in var.addons : name => addon.version == null ? data.aws_eks_addon_version.default[name].version : addon.version
  }
}

resource "aws_eks_addon" "before_nodes" {
  for_each = { for name, addon in var.addons : name => addon if contains(local.before_nodes, name) }

  cluster_name         = aws_eks_cluster.main.name
  addon_name           = each.key
  addon_version        = local.addon_versions[each.key]
  configuration_values = each.value.configuration_values

  resolve_conflicts_on_create = "OVERWRITE"
  resolve_conflicts_on_update = "OVERWRITE"
}

# CoreDNS and the controllers are not healthy, and so not made, until a node runs them.
resource "aws_eks_addon" "after_nodes" {
  for_each = { for name, addon in var.addons : name => addon if !contains(local.before_nodes, name) }

  cluster_name         = aws_eks_cluster.main.name
  addon_name           = each.key
  addon_version        = local.addon_versions[each.key]
  configuration_values = each.value.configuration_values

  resolve_conflicts_on_create = "OVERWRITE"
  resolve_conflicts_on_update = "OVERWRITE"

  dynamic "pod_identity_association" {
    for_each = contains(keys(local.addon_roles), each.key) ? [local.addon_roles[each.key]] : []

    content {
      service_account = pod_identity_association.value.service_account
      role_arn        = aws_iam_role.addon[each.key].arn
    }
  }

  depends_on = [
    aws_eks_addon.before_nodes,
    aws_eks_node_group.group,
    aws_iam_role_policy_attachment.addon,
  ]
}

resource "aws_iam_role" "addon" {
  for_each = local.addon_roles

  name               = "${local.short_name}-${each.value.suffix}"
  description        = "Add-on ${each.key} of the EKS cluster ${var.name} in ${var.region}"
  assume_role_policy = data.aws_iam_policy_document.pod_identity_trust.json
}

resource "aws_iam_role_policy_attachment" "addon" {
  for_each = local.addon_roles

  role       = aws_iam_role.addon[each.key].name
  policy_arn = "${local.aws_policy}/${each.value.policy}"
}
