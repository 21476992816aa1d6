variables {
  vpc_id     = "vpc-0123456789abcdef0"
  subnet_ids = ["subnet-0aaaaaaaaaaaaaaaa", "subnet-0bbbbbbbbbbbbbbbb"]
}

override_data {
  target = data.aws_subnet.given["subnet-0aaaaaaaaaaaaaaaa"]
  values = { id = "subnet-0aaaaaaaaaaaaaaaa", vpc_id = "vpc-0123456789abcdef0", availability_zone = "eu-west-1a", ipv6_cidr_block = "" }
}

override_data {
  target = data.aws_subnet.given["subnet-0bbbbbbbbbbbbbbbb"]
  values = { id = "subnet-0bbbbbbbbbbbbbbbb", vpc_id = "vpc-0123456789abcdef0", availability_zone = "eu-west-1b", ipv6_cidr_block = "" }
}

run "moves_in" {
  command = plan

  assert {
    condition     = length(aws_vpc.new) + length(aws_subnet.private) + length(aws_subnet.public) + length(aws_nat_gateway.zone) + length(aws_vpc_endpoint.s3) == 0
    error_message = "Nothing is made in a network of somebody else."
  }

  assert {
    condition     = aws_eks_cluster.main.vpc_config[0].subnet_ids == toset(var.subnet_ids) && aws_eks_node_group.group["general"].subnet_ids == toset(var.subnet_ids)
    error_message = "Control plane and nodes stand in the given subnets."
  }

  assert {
    condition     = output.vpc_id == "vpc-0123456789abcdef0" && output.subnet_ids == tolist(var.subnet_ids)
    error_message = "The outputs name the given network."
  }
}

run "subnet_of_another_vpc" {
  command = plan

  variables {
    vpc_id = "vpc-0fedcba9876543210"
  }

  expect_failures = [data.aws_subnet.given]
}

run "subnet_without_ipv6" {
  command = plan

  variables {
    ip_family = "ipv6"
  }

  expect_failures = [data.aws_subnet.given]
}

run "subnets_in_one_zone" {
  command = plan

  override_data {
    target = data.aws_subnet.given["subnet-0bbbbbbbbbbbbbbbb"]
    values = { id = "subnet-0bbbbbbbbbbbbbbbb", vpc_id = "vpc-0123456789abcdef0", availability_zone = "eu-west-1a", ipv6_cidr_block = "" }
  }

  expect_failures = [aws_eks_cluster.main]
}

run "zones_beside_subnets" {
  command = plan

  variables {
    zones = ["eu-west-1a", "eu-west-1b"]
  }

  expect_failures = [var.zones]
}
