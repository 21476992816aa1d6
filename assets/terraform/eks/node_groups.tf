locals {
  instance_types = toset(flatten([for group in values(var.node_groups) : group.instance_types]))
}

data "aws_ec2_instance_type" "node" {
  for_each = local.instance_types

  instance_type = each.key
}

resource "aws_eks_node_group" "group" {
  for_each = var.node_groups

  cluster_name           = aws_eks_cluster.main.name
  node_group_name_prefix = "${each.key}-"
  node_role_arn          = aws_iam_role.node.arn
  subnet_ids             = local.subnet_ids

  # The control plane's, not the variable's: nodes must never be ahead of it.
  version = aws_eks_cluster.main.version

  ami_type       = each.value.ami_type
  capacity_type  = each.value.capacity_type
  instance_types = each.value.instance_types
  labels         = each.value.labels
  tags           = { Name = "${var.name}-${each.key}" }

  launch_template {
    id      = aws_launch_template.node[each.key].id
    version = aws_launch_template.node[each.key].latest_version
  }

  scaling_config {
    min_size     = each.value.min_size
    desired_size = each.value.desired_size
    max_size     = each.value.max_size
  }

  # EKS's default is one node at a time, which takes a large group a day.
  update_config {
    max_unavailable_percentage = 25
  }

  dynamic "taint" {
    for_each = each.value.taints

    content {
      key    = taint.value.key
      value  = taint.value.value
      effect = taint.value.effect
    }
  }

  lifecycle {
    # A replaced group's Pods want somewhere to go before it is drained.
    create_before_destroy = true

    # Autoscalers own it.
    ignore_changes = [scaling_config[0].desired_size]

    precondition {
      condition = alltrue([
        for type in each.value.instance_types : contains(
          data.aws_ec2_instance_type.node[type].supported_architectures,
          strcontains(each.value.ami_type, "ARM_64") ? "arm64" : "x86_64",
        )
      ])
      error_message = "Node group ${each.key}: ${each.value.ami_type} is for another processor than ${join(", ", each.value.instance_types)}."
    }
  }

  # A node joins only with its permissions, its CNI and a way to AWS, and must leave before they do.
  depends_on = [
    aws_eks_addon.before_nodes,
    aws_iam_role_policy.cni_ipv6,
    aws_iam_role_policy_attachment.node,
    aws_route.nat,
    aws_route.private_ipv6,
    aws_route_table_association.private,
    aws_vpc_endpoint.interface,
    aws_vpc_endpoint.s3,
    aws_vpc_security_group_ingress_rule.endpoints,
  ]
}
