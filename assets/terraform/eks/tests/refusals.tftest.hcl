run "organisation" {
  command = plan

  variables {
    organisation = ""
  }

  expect_failures = [var.organisation]
}

run "account_with_hyphens" {
  command = plan

  variables {
    account_id = "1111-1111-1111"
  }

  expect_failures = [var.account_id]
}

run "zone_for_a_region" {
  command = plan

  variables {
    region = "eu-west-1a"
  }

  expect_failures = [var.region]
}

run "name_that_ends_in_a_hyphen" {
  command = plan

  variables {
    name = "payments-"
  }

  expect_failures = [var.name]
}

run "name_too_long" {
  command = plan

  variables {
    name = join("", [for digit in range(101) : digit % 10])
  }

  expect_failures = [var.name]
}

run "role_of_another_account" {
  command = plan

  variables {
    role_arn = "arn:aws:iam::222222222222:role/eksdeck"
  }

  expect_failures = [var.role_arn]
}

run "tag_of_the_module" {
  command = plan

  variables {
    tags = { cluster = "other" }
  }

  expect_failures = [var.tags]
}

run "tag_of_aws" {
  command = plan

  variables {
    tags = { "aws:owner" = "me" }
  }

  expect_failures = [var.tags]
}

run "tag_with_a_forbidden_character" {
  command = plan

  variables {
    tags = { owner = "me!" }
  }

  expect_failures = [var.tags]
}

run "version_with_a_patch" {
  command = plan

  variables {
    kubernetes_version = "1.34.2"
  }

  expect_failures = [var.kubernetes_version]
}

run "support" {
  command = plan

  variables {
    support_type = "PREMIUM"
  }

  expect_failures = [var.support_type]
}

run "authentication" {
  command = plan

  variables {
    authentication_mode = "CONFIG_MAP"
  }

  expect_failures = [var.authentication_mode]
}

run "no_endpoint" {
  command = plan

  variables {
    endpoint_private_access = false
  }

  expect_failures = [var.endpoint_private_access]
}

run "ranges_without_public_endpoint" {
  command = plan

  variables {
    endpoint_public_cidrs = ["203.0.113.0/24"]
  }

  expect_failures = [var.endpoint_public_cidrs]
}

run "public_endpoint_without_ranges" {
  command = plan

  variables {
    endpoint_public_access = true
  }

  expect_failures = [var.endpoint_public_cidrs]
}

run "range_that_does_not_begin_at_its_first_address" {
  command = plan

  variables {
    endpoint_public_cidrs  = ["203.0.113.7/24"]
    endpoint_public_access = true
  }

  expect_failures = [var.endpoint_public_cidrs]
}

run "no_way_to_the_api_server" {
  command = plan

  variables {
    endpoint_private_access = false
    endpoint_public_access  = true
    endpoint_public_cidrs   = ["0.0.0.0/0"]
    nat_gateways            = "none"
  }

  expect_failures = [var.endpoint_private_access]
}

run "nodes_that_the_ranges_shut_out" {
  command = plan

  variables {
    endpoint_private_access = false
    endpoint_public_access  = true
    endpoint_public_cidrs   = ["203.0.113.0/24"]
  }

  expect_failures = [var.endpoint_private_access]
}

run "log_type" {
  command = plan

  variables {
    log_types = ["kubelet"]
  }

  expect_failures = [var.log_types]
}

run "alias_for_a_key" {
  command = plan

  variables {
    kms_key_arn = "arn:aws:kms:eu-west-1:111111111111:alias/secrets"
  }

  expect_failures = [var.kms_key_arn]
}

run "ip_family" {
  command = plan

  variables {
    ip_family = "dual"
  }

  expect_failures = [var.ip_family]
}

run "vpc_id" {
  command = plan

  variables {
    vpc_id     = "main"
    subnet_ids = ["subnet-0aaaaaaaaaaaaaaaa", "subnet-0bbbbbbbbbbbbbbbb"]
  }

  expect_failures = [var.vpc_id]
}

run "subnets_without_a_vpc" {
  command = plan

  variables {
    subnet_ids = ["subnet-0aaaaaaaaaaaaaaaa", "subnet-0bbbbbbbbbbbbbbbb"]
  }

  expect_failures = [var.subnet_ids]
}

run "one_subnet" {
  command = plan

  variables {
    subnet_ids = ["subnet-0aaaaaaaaaaaaaaaa"]
    vpc_id     = "vpc-0123456789abcdef0"
  }

  expect_failures = [var.subnet_ids]
}

run "range_too_small" {
  command = plan

  variables {
    vpc_cidr = "10.0.0.0/24"
  }

  expect_failures = [var.vpc_cidr]
}

run "one_zone" {
  command = plan

  variables {
    zones = ["eu-west-1a"]
  }

  expect_failures = [var.zones]
}

run "zone_of_another_region" {
  command = plan

  variables {
    zones = ["eu-west-1a", "us-east-1a"]
  }

  expect_failures = [var.zones]
}

run "gateways" {
  command = plan

  variables {
    nat_gateways = "two"
  }

  expect_failures = [var.nat_gateways]
}

run "no_node_group" {
  command = plan

  variables {
    node_groups = {}
  }

  expect_failures = [var.node_groups]
}

run "node_group_name" {
  command = plan

  variables {
    node_groups = { "a b" = {} }
  }

  expect_failures = [var.node_groups]
}

run "no_instance_type" {
  command = plan

  variables {
    node_groups = { general = { instance_types = [] } }
  }

  expect_failures = [var.node_groups]
}

run "capacity" {
  command = plan

  variables {
    node_groups = { general = { capacity_type = "spot" } }
  }

  expect_failures = [var.node_groups]
}

run "more_desired_than_allowed" {
  command = plan

  variables {
    node_groups = { general = { desired_size = 5 } }
  }

  expect_failures = [var.node_groups]
}

run "fewer_desired_than_allowed" {
  command = plan

  variables {
    node_groups = { general = { desired_size = 1 } }
  }

  expect_failures = [var.node_groups]
}

run "image_of_the_past" {
  command = plan

  variables {
    node_groups = { general = { ami_type = "AL2_x86_64" } }
  }

  expect_failures = [var.node_groups]
}

run "disk_too_small" {
  command = plan

  variables {
    node_groups = { general = { disk_gib = 8 } }
  }

  expect_failures = [var.node_groups]
}

run "taint_as_kubernetes_writes_it" {
  command = plan

  variables {
    node_groups = { general = { taints = [{ key = "spot", effect = "NoSchedule" }] } }
  }

  expect_failures = [var.node_groups]
}

run "no_cni" {
  command = plan

  variables {
    addons = { coredns = {} }
  }

  expect_failures = [var.addons]
}

run "driver_without_permissions" {
  command = plan

  variables {
    addons = { vpc-cni = {}, aws-ebs-csi-driver = {} }
  }

  expect_failures = [var.addons]
}

run "configuration_that_is_no_json" {
  command = plan

  variables {
    addons = { vpc-cni = { configuration_values = "env" } }
  }

  expect_failures = [var.addons]
}

run "session_for_a_role" {
  command = plan

  variables {
    access_entries = { me = { principal_arn = "arn:aws:sts::111111111111:assumed-role/sre/me" } }
  }

  expect_failures = [var.access_entries]
}

run "one_principal_twice" {
  command = plan

  variables {
    access_entries = { a = { principal_arn = "arn:aws:iam::111111111111:role/sre" }, b = { principal_arn = "arn:aws:iam::111111111111:role/sre" } }
  }

  expect_failures = [var.access_entries]
}

run "entry_type" {
  command = plan

  variables {
    access_entries = { sre = { principal_arn = "arn:aws:iam::111111111111:role/sre", type = "ADMIN" } }
  }

  expect_failures = [var.access_entries]
}

run "node_with_a_policy" {
  command = plan

  variables {
    access_entries = { node = { principal_arn = "arn:aws:iam::111111111111:role/node", type = "EC2_LINUX", policies = [{ name = "AmazonEKSViewPolicy" }] } }
  }

  expect_failures = [var.access_entries]
}

run "group_of_the_system" {
  command = plan

  variables {
    access_entries = { sre = { principal_arn = "arn:aws:iam::111111111111:role/sre", kubernetes_groups = ["system:masters"] } }
  }

  expect_failures = [var.access_entries]
}

run "policy_by_arn" {
  command = plan

  variables {
    access_entries = { sre = { principal_arn = "arn:aws:iam::111111111111:role/sre", policies = [{ name = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy" }] } }
  }

  expect_failures = [var.access_entries]
}

run "one_policy_twice" {
  command = plan

  variables {
    access_entries = { sre = { principal_arn = "arn:aws:iam::111111111111:role/sre", policies = [{ name = "AmazonEKSEditPolicy", namespaces = ["a"] }, { name = "AmazonEKSEditPolicy", namespaces = ["b"] }] } }
  }

  expect_failures = [var.access_entries]
}

run "identity_without_the_agent" {
  command = plan

  variables {
    pod_identities = { api = { namespace = "a", service_account = "b", role_arn = "arn:aws:iam::111111111111:role/api" } }
    addons         = { vpc-cni = {} }
  }

  expect_failures = [var.pod_identities]
}

run "identity_name" {
  command = plan

  variables {
    pod_identities = { "The API" = { namespace = "a", service_account = "b", role_arn = "arn:aws:iam::111111111111:role/api" } }
  }

  expect_failures = [var.pod_identities]
}

run "one_service_account_twice" {
  command = plan

  variables {
    pod_identities = { a = { namespace = "a", service_account = "b", role_arn = "arn:aws:iam::111111111111:role/a" }, b = { namespace = "a", service_account = "b", role_arn = "arn:aws:iam::111111111111:role/b" } }
  }

  expect_failures = [var.pod_identities]
}

run "identity_with_nothing" {
  command = plan

  variables {
    pod_identities = { api = { namespace = "a", service_account = "b" } }
  }

  expect_failures = [var.pod_identities]
}

run "identity_with_an_unknown_bucket" {
  command = plan

  variables {
    pod_identities = { api = { namespace = "a", service_account = "b", s3_buckets = ["acme-receipts"] } }
  }

  expect_failures = [var.pod_identities]
}

run "repository_in_capitals" {
  command = plan

  variables {
    ecr_repositories = { "Payments" = {} }
  }

  expect_failures = [var.ecr_repositories]
}

run "repository_that_keeps_nothing" {
  command = plan

  variables {
    ecr_repositories = { payments = { keep_images = 0 } }
  }

  expect_failures = [var.ecr_repositories]
}

run "bucket_with_a_dot" {
  command = plan

  variables {
    s3_buckets = { "acme.receipts" = {} }
  }

  expect_failures = [var.s3_buckets]
}

run "bucket_that_expires_at_once" {
  command = plan

  variables {
    s3_buckets = { acme-receipts = { expire_objects_after = 0 } }
  }

  expect_failures = [var.s3_buckets]
}

run "table_name" {
  command = plan

  variables {
    dynamodb_tables = { a = { hash_key = "id" } }
  }

  expect_failures = [var.dynamodb_tables]
}

run "table_key" {
  command = plan

  variables {
    dynamodb_tables = { payments = { hash_key = "id", hash_key_type = "string" } }
  }

  expect_failures = [var.dynamodb_tables]
}

run "any_workflow_of_a_repository" {
  command = plan

  variables {
    github_actions = { subjects = ["repo:acme/payments:*"] }
  }

  expect_failures = [var.github_actions]
}

run "any_repository" {
  command = plan

  variables {
    github_actions = { subjects = ["repo:acme/*:ref:refs/heads/main"] }
  }

  expect_failures = [var.github_actions]
}
