data "aws_availability_zones" "usable" {
  state = "available"

  # EKS puts no control plane into these zones.
  exclude_zone_ids = ["use1-az3", "usw1-az2", "cac1-az3"]

  filter {
    name   = "opt-in-status"
    values = ["opt-in-not-required"]
  }
}

locals {
  new_vpc = var.vpc_id == null
  ipv6    = var.ip_family == "ipv6"

  region_zones = slice(data.aws_availability_zones.usable.names, 0, min(3, length(data.aws_availability_zones.usable.names)))
  zones        = local.new_vpc ? (length(var.zones) > 0 ? var.zones : local.region_zones) : []

  # A zone's place decides its addresses: appending a zone moves no subnet.
  zone_places = { for place, zone in local.zones : zone => place }

  vpc_id     = local.new_vpc ? aws_vpc.new[0].id : var.vpc_id
  subnet_ids = local.new_vpc ? [for zone in local.zones : aws_subnet.private[zone].id] : var.subnet_ids
}

resource "aws_vpc" "new" {
  count = local.new_vpc ? 1 : 0

  cidr_block                       = var.vpc_cidr
  assign_generated_ipv6_cidr_block = local.ipv6

  # The private endpoint of the cluster is a name in a private zone of the VPC.
  enable_dns_hostnames = true
  enable_dns_support   = true

  tags = { Name = var.name }

  lifecycle {
    precondition {
      condition     = length(local.zones) >= 2
      error_message = "EKS wants at least two zones, and ${var.region} offers fewer; name them in zones."
    }
  }
}

# Without rules: what forgets to name a security group must not be open to its neighbours.
resource "aws_default_security_group" "new" {
  count = local.new_vpc ? 1 : 0

  vpc_id = aws_vpc.new[0].id
  tags   = { Name = "${var.name}-default" }
}

# Of the eight eighths of the range six are for nodes and Pods, the last is for load balancers and NAT gateways.
resource "aws_subnet" "private" {
  for_each = local.zone_places

  vpc_id                          = aws_vpc.new[0].id
  availability_zone               = each.key
  cidr_block                      = cidrsubnet(var.vpc_cidr, 3, each.value)
  ipv6_cidr_block                 = local.ipv6 ? cidrsubnet(aws_vpc.new[0].ipv6_cidr_block, 8, each.value) : null
  assign_ipv6_address_on_creation = local.ipv6

  tags = {
    Name                              = "${var.name}-private-${each.key}"
    "kubernetes.io/role/internal-elb" = "1"
  }
}

resource "aws_subnet" "public" {
  for_each = local.zone_places

  vpc_id                          = aws_vpc.new[0].id
  availability_zone               = each.key
  cidr_block                      = cidrsubnet(var.vpc_cidr, 8, 224 + each.value)
  ipv6_cidr_block                 = local.ipv6 ? cidrsubnet(aws_vpc.new[0].ipv6_cidr_block, 8, 224 + each.value) : null
  assign_ipv6_address_on_creation = local.ipv6

  tags = {
    Name                     = "${var.name}-public-${each.key}"
    "kubernetes.io/role/elb" = "1"
  }
}

data "aws_subnet" "given" {
  for_each = toset(var.subnet_ids)

  id = each.value

  lifecycle {
    postcondition {
      condition     = self.vpc_id == var.vpc_id
      error_message = "${self.id} belongs to ${self.vpc_id}, not to ${var.vpc_id}."
    }

    postcondition {
      condition     = !local.ipv6 || try(self.ipv6_cidr_block, "") != ""
      error_message = "${self.id} has no IPv6 range; a cluster of the family ipv6 wants one in every subnet."
    }
  }
}
