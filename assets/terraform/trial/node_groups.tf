resource "terraform_data" "node_role" {
  triggers_replace = { name = "${local.short_name}-node" }
  input            = { arn = "${local.iam}:role/${local.short_name}-node", tags = local.tags }
}

resource "terraform_data" "node_group" {
  for_each = var.node_groups

  triggers_replace = {
    cluster        = terraform_data.cluster.id
    ami_type       = each.value.ami_type
    capacity_type  = each.value.capacity_type
    instance_types = each.value.instance_types
    node_role      = terraform_data.node_role.id
    subnet_ids     = local.subnet_ids
  }

  input = {
    version      = terraform_data.cluster.input.version
    min_size     = each.value.min_size
    desired_size = each.value.desired_size
    max_size     = each.value.max_size
    disk_gib     = each.value.disk_gib
    labels       = each.value.labels
    taints       = each.value.taints
    tags         = local.tags
  }

  provisioner "local-exec" {
    command = "sleep ${var.delay_seconds}"
  }

  lifecycle {
    # As with the real ones: a new group is there before the old one goes, and autoscalers own the desired size.
    create_before_destroy = true
    ignore_changes        = [input.desired_size]
  }

  depends_on = [
    terraform_data.addon_before_nodes,
    terraform_data.private_route,
  ]
}
