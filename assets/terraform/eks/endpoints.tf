locals {
  # What a node needs from AWS to join and to pull the add-ons' images; without NAT it has no other way there.
  interface_endpoints = toset([
    for service in ["ec2", "ecr.api", "ecr.dkr", "eks", "eks-auth", "logs", "sts"] : service if local.new_vpc && var.nat_gateways == "none"
  ])
}

# Free of charge, and image layers come from S3: through a NAT gateway every pull would be paid by the gigabyte.
resource "aws_vpc_endpoint" "s3" {
  count = local.new_vpc ? 1 : 0

  vpc_id            = aws_vpc.new[0].id
  service_name      = "com.amazonaws.${var.region}.s3"
  vpc_endpoint_type = "Gateway"
  route_table_ids   = [for zone in local.zones : aws_route_table.private[zone].id]
  tags              = { Name = "${var.name}-s3" }
}

resource "aws_vpc_endpoint" "interface" {
  for_each = local.interface_endpoints

  vpc_id              = aws_vpc.new[0].id
  service_name        = "com.amazonaws.${var.region}.${each.key}"
  vpc_endpoint_type   = "Interface"
  private_dns_enabled = true
  subnet_ids          = [for zone in local.zones : aws_subnet.private[zone].id]
  security_group_ids  = [aws_security_group.endpoints[0].id]
  tags                = { Name = "${var.name}-${each.key}" }
}

resource "aws_security_group" "endpoints" {
  count = length(local.interface_endpoints) > 0 ? 1 : 0

  # Not the cluster's name first: EC2 refuses names that begin with sg-.
  name_prefix = "endpoints-${var.name}-"
  description = "VPC endpoints, for anything inside the VPC"
  vpc_id      = aws_vpc.new[0].id
  tags        = { Name = "${var.name}-endpoints" }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_vpc_security_group_ingress_rule" "endpoints" {
  count = length(aws_security_group.endpoints)

  security_group_id = aws_security_group.endpoints[0].id
  description       = "HTTPS from the VPC"
  cidr_ipv4         = var.vpc_cidr
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}
