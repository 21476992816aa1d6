variables {
  node_groups    = { general = {}, search = { instance_types = ["r6i.large"] } }
  s3_buckets     = { acme-payments-receipts = {} }
  pod_identities = { api = { namespace = "payments", service_account = "api", s3_buckets = ["acme-payments-receipts"] } }
}

run "first" {
  command = apply

  assert {
    condition     = output.identity == { organisation = "Acme", account_id = "111111111111", region = "eu-west-1", name = "payments-prod" }
    error_message = "The identity is what the variables say."
  }

  assert {
    condition     = toset(keys(terraform_data.private_subnet)) == toset(["eu-west-1a", "eu-west-1b", "eu-west-1c"]) && length(output.subnet_ids) == 3
    error_message = "The tree has the network of the real module."
  }

  assert {
    condition     = toset(keys(terraform_data.addon_before_nodes)) == toset(["vpc-cni", "eks-pod-identity-agent"]) && contains(keys(terraform_data.access_policy), "sre/AmazonEKSClusterAdminPolicy")
    error_message = "The tree has add-ons and access entries."
  }
}

# Of a replaced object the plan would not know these values, and the comparison would fail.
run "version_changes_in_place" {
  command = plan

  variables {
    kubernetes_version = "1.34"
  }

  assert {
    condition     = output.arn == run.first.arn && output.node_groups == run.first.node_groups && output.version == "1.34"
    error_message = "Control plane and nodes are upgraded and stay themselves."
  }
}

run "autoscalers_own_the_desired_size" {
  command = plan

  variables {
    node_groups = { general = { desired_size = 4 }, search = { instance_types = ["r6i.large"] } }
  }

  assert {
    condition     = terraform_data.node_group["general"].input.desired_size == 2
    error_message = "A desired size is for the first day only."
  }
}

run "instance_types_replace_their_group" {
  command = apply

  variables {
    node_groups = { general = {}, search = { instance_types = ["r7i.large"] } }
  }

  assert {
    condition     = output.node_groups["search"] != run.first.node_groups["search"] && output.node_groups["general"] == run.first.node_groups["general"]
    error_message = "A group with other instance types is another group, and nothing else is touched."
  }
}

run "existing_vpc" {
  command   = plan
  state_key = "existing"

  variables {
    vpc_id     = "vpc-0123456789abcdef0"
    subnet_ids = ["subnet-0aaaaaaaaaaaaaaaa", "subnet-0bbbbbbbbbbbbbbbb"]
  }

  assert {
    condition     = length(terraform_data.vpc) + length(terraform_data.private_subnet) + length(terraform_data.nat_gateway) == 0 && output.subnet_ids == tolist(var.subnet_ids)
    error_message = "Nothing is made in a network of somebody else."
  }
}

run "two_regions" {
  command   = apply
  state_key = "frankfurt"

  variables {
    region = "eu-central-1"
  }

  assert {
    condition     = output.node_role_arn != run.first.node_role_arn && output.endpoint != run.first.endpoint
    error_message = "Clusters of one name in two regions share nothing."
  }
}

run "delay" {
  command = plan

  variables {
    delay_seconds = -1
  }

  expect_failures = [var.delay_seconds]
}
