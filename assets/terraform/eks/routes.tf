locals {
  nat_zones = { one = slice(local.zones, 0, min(1, length(local.zones))), per-zone = local.zones, none = [] }[var.nat_gateways]

  # Which zone's gateway a zone goes through.
  nat_of = {
    for zone in local.zones : zone => contains(local.nat_zones, zone) ? zone : local.nat_zones[0] if length(local.nat_zones) > 0
  }
}

resource "aws_internet_gateway" "new" {
  count = local.new_vpc ? 1 : 0

  vpc_id = aws_vpc.new[0].id
  tags   = { Name = var.name }
}

resource "aws_egress_only_internet_gateway" "new" {
  count = local.new_vpc && local.ipv6 ? 1 : 0

  vpc_id = aws_vpc.new[0].id
  tags   = { Name = var.name }
}

resource "aws_eip" "nat" {
  for_each = toset(local.nat_zones)

  domain = "vpc"
  tags   = { Name = "${var.name}-nat-${each.key}" }
}

resource "aws_nat_gateway" "zone" {
  for_each = toset(local.nat_zones)

  allocation_id = aws_eip.nat[each.key].id
  subnet_id     = aws_subnet.public[each.key].id
  tags          = { Name = "${var.name}-${each.key}" }

  # A gateway without a way out fails its first health check.
  depends_on = [aws_route.public]
}

resource "aws_route_table" "public" {
  count = local.new_vpc ? 1 : 0

  vpc_id = aws_vpc.new[0].id
  tags   = { Name = "${var.name}-public" }
}

resource "aws_route" "public" {
  count = local.new_vpc ? 1 : 0

  route_table_id         = aws_route_table.public[0].id
  destination_cidr_block = "0.0.0.0/0"
  gateway_id             = aws_internet_gateway.new[0].id
}

resource "aws_route" "public_ipv6" {
  count = local.new_vpc && local.ipv6 ? 1 : 0

  route_table_id              = aws_route_table.public[0].id
  destination_ipv6_cidr_block = "::/0"
  gateway_id                  = aws_internet_gateway.new[0].id
}

resource "aws_route_table_association" "public" {
  for_each = local.zone_places

  route_table_id = aws_route_table.public[0].id
  subnet_id      = aws_subnet.public[each.key].id
}

resource "aws_route_table" "private" {
  for_each = local.zone_places

  vpc_id = aws_vpc.new[0].id
  tags   = { Name = "${var.name}-private-${each.key}" }
}

resource "aws_route" "nat" {
  for_each = local.nat_of

  route_table_id         = aws_route_table.private[each.key].id
  destination_cidr_block = "0.0.0.0/0"
  nat_gateway_id         = aws_nat_gateway.zone[each.value].id
}

resource "aws_route" "private_ipv6" {
  for_each = local.ipv6 ? local.zone_places : {}

  route_table_id              = aws_route_table.private[each.key].id
  destination_ipv6_cidr_block = "::/0"
  egress_only_gateway_id      = aws_egress_only_internet_gateway.new[0].id
}

resource "aws_route_table_association" "private" {
  for_each = local.zone_places

  route_table_id = aws_route_table.private[each.key].id
  subnet_id      = aws_subnet.private[each.key].id
}
