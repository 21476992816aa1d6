run "defaults" {
  command = apply

  assert {
    condition     = keys(aws_subnet.private) == ["eu-west-1a", "eu-west-1b", "eu-west-1c"]
    error_message = "A new VPC spreads over the region's first three zones."
  }

  assert {
    condition     = [for subnet in values(aws_subnet.private) : subnet.cidr_block] == ["10.0.0.0/19", "10.0.32.0/19", "10.0.64.0/19"]
    error_message = "Each zone's nodes and Pods get an eighth of the range."
  }

  assert {
    condition     = [for subnet in values(aws_subnet.public) : subnet.cidr_block] == ["10.0.224.0/24", "10.0.225.0/24", "10.0.226.0/24"]
    error_message = "Public subnets lie in the last eighth."
  }

  assert {
    condition     = alltrue([for subnet in values(aws_subnet.private) : subnet.tags["kubernetes.io/role/internal-elb"] == "1"])
    error_message = "Internal load balancers find the private subnets by their tag."
  }

  assert {
    condition     = alltrue([for subnet in values(aws_subnet.public) : subnet.tags["kubernetes.io/role/elb"] == "1" && !subnet.map_public_ip_on_launch])
    error_message = "Public load balancers find the public subnets by their tag, and nothing else gets an address there."
  }

  assert {
    condition     = keys(aws_nat_gateway.zone) == ["eu-west-1a"] && alltrue([for route in values(aws_route.nat) : route.nat_gateway_id == aws_nat_gateway.zone["eu-west-1a"].id])
    error_message = "One NAT gateway serves all zones."
  }

  assert {
    condition     = toset(output.subnet_ids) == toset(values(aws_subnet.private)[*].id) && output.vpc_id == aws_vpc.new[0].id
    error_message = "Control plane and nodes live in the private subnets."
  }

  assert {
    condition     = !aws_eks_cluster.main.vpc_config[0].endpoint_public_access && aws_eks_cluster.main.vpc_config[0].endpoint_private_access
    error_message = "Nothing is on the internet unless somebody asks for it."
  }

  assert {
    condition     = aws_eks_cluster.main.encryption_config[0].provider[0].key_arn == aws_kms_key.secrets[0].arn
    error_message = "Secrets are encrypted with a key of the cluster's own."
  }

  assert {
    condition     = !aws_eks_cluster.main.access_config[0].bootstrap_cluster_creator_admin_permissions && aws_eks_cluster.main.deletion_protection
    error_message = "Who runs Terraform is no hidden administrator, and the cluster is protected."
  }

  assert {
    condition     = output.identity == { organisation = "Acme", account_id = "111111111111", region = "eu-west-1", name = "payments-prod" }
    error_message = "The identity is what the variables say."
  }

  assert {
    condition     = output.oidc_provider_arn == "arn:aws:iam::111111111111:oidc-provider/${trimprefix(output.oidc_issuer, "https://")}"
    error_message = "The issuer's provider is the cluster's."
  }

  assert {
    condition     = aws_eks_cluster.main.tags_all == tomap({ organisation = "Acme", cluster = "payments-prod", managed-by = "eksdeck" })
    error_message = "Everything says whose it is."
  }
}

run "a_gateway_in_every_zone" {
  command = plan

  variables {
    zones        = ["eu-west-1a", "eu-west-1c"]
    nat_gateways = "per-zone"
  }

  assert {
    condition     = keys(aws_nat_gateway.zone) == ["eu-west-1a", "eu-west-1c"] && local.nat_of == { eu-west-1a = "eu-west-1a", eu-west-1c = "eu-west-1c" }
    error_message = "Each zone goes out through its own gateway."
  }
}

run "no_gateway" {
  command = plan

  variables {
    nat_gateways = "none"
  }

  assert {
    condition     = length(aws_nat_gateway.zone) + length(aws_eip.nat) + length(aws_route.nat) == 0
    error_message = "Nothing is paid for that is not wanted."
  }

  assert {
    condition     = length(setsubtract(["ec2", "ecr.api", "ecr.dkr", "eks", "eks-auth", "sts"], keys(aws_vpc_endpoint.interface))) == 0
    error_message = "Nodes reach AWS through VPC endpoints instead."
  }
}

# A control plane cannot stand in the zone use1-az3, which this account sees as us-east-1c.
run "zones_without_control_planes" {
  command = plan

  variables {
    region = "us-east-1"
  }

  assert {
    condition     = keys(aws_subnet.private) == ["us-east-1a", "us-east-1b"]
    error_message = "Zones that EKS refuses are left out."
  }
}

run "key_that_aws_owns" {
  command = plan

  variables {
    kms_key_arn = "none"
    log_types   = []
  }

  assert {
    condition     = length(aws_eks_cluster.main.encryption_config) + length(aws_kms_key.secrets) + length(aws_cloudwatch_log_group.control_plane) == 0
    error_message = "Neither a key nor a log group is made."
  }
}

run "given_key" {
  command = plan

  variables {
    kms_key_arn = "arn:aws:kms:eu-west-1:222222222222:key/0b7f2f9e-6d0a-4c56-9d5c-0d5b6f6c1c11"
  }

  assert {
    condition     = aws_eks_cluster.main.encryption_config[0].provider[0].key_arn == var.kms_key_arn && length(aws_kms_key.secrets) == 0
    error_message = "A given key is used as it is."
  }
}
