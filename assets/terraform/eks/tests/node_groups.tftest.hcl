variables {
  node_groups = {
    general = {}
    batch = {
      instance_types = ["m7g.large", "m6g.large"]
      ami_type       = "BOTTLEROCKET_ARM_64"
      capacity_type  = "SPOT"
      min_size       = 0
      desired_size   = 0
      max_size       = 20
      disk_gib       = 200
      labels         = { pool = "batch" }
      taints         = [{ key = "batch", value = "true", effect = "NO_SCHEDULE" }, { key = "spot", effect = "PREFER_NO_SCHEDULE" }]
    }
  }
}

run "two_groups" {
  command = apply

  assert {
    condition     = toset([for taint in aws_eks_node_group.group["batch"].taint : "${taint.key}=${taint.value}:${taint.effect}"]) == toset(["batch=true:NO_SCHEDULE", "spot=:PREFER_NO_SCHEDULE"])
    error_message = "Taints are those of the group."
  }

  assert {
    condition     = aws_eks_node_group.group["batch"].labels == tomap({ pool = "batch" }) && aws_eks_node_group.group["batch"].capacity_type == "SPOT"
    error_message = "Labels and capacity are those of the group."
  }

  assert {
    condition = {
      for name, template in aws_launch_template.node : name => "${template.block_device_mappings[0].device_name} ${template.block_device_mappings[0].ebs[0].volume_size}"
    } == { general = "/dev/xvda 50", batch = "/dev/xvdb 200" }
    error_message = "Disks have their size where the image keeps containers."
  }

  assert {
    condition = alltrue(flatten([
      for template in values(aws_launch_template.node) : [
        template.block_device_mappings[0].ebs[0].encrypted == "true",
        template.metadata_options[0].http_tokens == "required",
        template.metadata_options[0].http_put_response_hop_limit == 1,
        [for specification in template.tag_specifications : specification.tags["organisation"] == "Acme"],
      ]
    ]))
    error_message = "Disks are encrypted, Pods do not reach the node's role, and what runs is tagged for the bill."
  }

  assert {
    condition     = toset(keys(aws_iam_role_policy_attachment.node)) == toset(["AmazonEKSWorkerNodePolicy", "AmazonEC2ContainerRegistryPullOnly", "AmazonEKS_CNI_Policy"])
    error_message = "Nodes have what they need and no more."
  }
}

run "autoscalers_own_the_desired_size" {
  command = apply

  variables {
    node_groups = {
      general = { desired_size = 4 }
      batch   = { instance_types = ["m7g.large", "m6g.large"], ami_type = "BOTTLEROCKET_ARM_64", capacity_type = "SPOT" }
    }
  }

  assert {
    condition     = aws_eks_node_group.group["general"].scaling_config[0].desired_size == 2
    error_message = "A desired size is for the first day only."
  }

  assert {
    condition     = output.node_groups == run.two_groups.node_groups
    error_message = "Labels, taints, sizes and disks change in place."
  }
}

run "processor_that_the_image_does_not_run_on" {
  command = plan

  variables {
    node_groups = { general = { instance_types = ["m7g.large"] } }
  }

  expect_failures = [aws_eks_node_group.group["general"]]
}
