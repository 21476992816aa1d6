locals {
  before_nodes = ["vpc-cni", "eks-pod-identity-agent"]

  addon_versions = {
    for name, addon in var.addons : name => addon.version == null ? "default for ${var.kubernetes_version}" : addon.version
  }
}

resource "terraform_data" "addon_before_nodes" {
  for_each = { for name, addon in var.addons : name => addon if contains(local.before_nodes, name) }

  triggers_replace = { cluster = terraform_data.cluster.id }

  input = {
    version              = local.addon_versions[each.key]
    configuration_values = each.value.configuration_values
    tags                 = local.tags
  }
}

resource "terraform_data" "addon_after_nodes" {
  for_each = { for name, addon in var.addons : name => addon if !contains(local.before_nodes, name) }

  triggers_replace = { cluster = terraform_data.cluster.id }

  input = {
    version              = local.addon_versions[each.key]
    configuration_values = each.value.configuration_values
    tags                 = local.tags
  }

  depends_on = [terraform_data.node_group]
}
