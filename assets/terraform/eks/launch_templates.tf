# What a node group cannot say itself; EKS adds the image, the bootstrap and the cluster's security group.
resource "aws_launch_template" "node" {
  for_each = var.node_groups

  name_prefix            = "${local.short_name}-${each.key}-"
  description            = "Node group ${each.key} of the EKS cluster ${var.name}"
  update_default_version = true

  block_device_mappings {
    # Bottlerocket keeps images and logs on a second disk.
    device_name = startswith(each.value.ami_type, "BOTTLEROCKET") ? "/dev/xvdb" : "/dev/xvda"

    ebs {
      volume_size           = each.value.disk_gib
      volume_type           = "gp3"
      encrypted             = true
      delete_on_termination = true
    }
  }

  # One hop: Pods must not pick up the node's role; they have Pod Identity and IRSA.
  metadata_options {
    http_endpoint               = "enabled"
    http_tokens                 = "required"
    http_put_response_hop_limit = 1
  }

  # Neither the provider's default tags nor the node group's reach what its autoscaling group starts, and bills do.
  dynamic "tag_specifications" {
    for_each = ["instance", "volume", "network-interface"]

    content {
      resource_type = tag_specifications.value
      tags          = merge(local.tags, { Name = "${var.name}-${each.key}" })
    }
  }
}
