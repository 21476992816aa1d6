variables {
  node_groups = { general = {}, search = { instance_types = ["r6i.large"] } }
}

run "first" {
  command = apply
}

# Of a replaced object the plan would not know these values, and the comparison would fail.
run "version_changes_in_place" {
  command = plan

  variables {
    kubernetes_version = "1.34"
  }

  assert {
    condition     = output.arn == run.first.arn && output.endpoint == run.first.endpoint && output.version == "1.34"
    error_message = "The control plane is upgraded and stays itself."
  }

  assert {
    condition     = output.node_groups == run.first.node_groups && alltrue([for group in values(aws_eks_node_group.group) : group.version == "1.34"])
    error_message = "Node groups follow the control plane and stay themselves."
  }

  assert {
    condition     = aws_eks_addon.after_nodes["kube-proxy"].addon_version == "v1.34.0-eksbuild.2"
    error_message = "An add-on without a version goes with Kubernetes."
  }
}

run "instance_types_replace_their_group" {
  command = apply

  variables {
    node_groups = { general = {}, search = { instance_types = ["r7i.large"] } }
  }

  assert {
    condition     = output.node_groups["search"] != run.first.node_groups["search"] && startswith(output.node_groups["search"], "search-")
    error_message = "A group with other instance types is another group."
  }

  assert {
    condition     = output.node_groups["general"] == run.first.node_groups["general"] && output.arn == run.first.arn
    error_message = "Nothing else is touched."
  }
}
