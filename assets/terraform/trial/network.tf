locals {
  new_vpc   = var.vpc_id == null
  zones     = !local.new_vpc ? [] : length(var.zones) > 0 ? var.zones : [for letter in ["a", "b", "c"] : "${var.region}${letter}"]
  nat_zones = { one = slice(local.zones, 0, min(1, length(local.zones))), per-zone = local.zones, none = [] }[var.nat_gateways]

  zone_places = { for place, zone in local.zones : zone => place }

  vpc_id     = local.new_vpc ? "vpc-${substr(local.place, 0, 17)}" : var.vpc_id
  subnet_ids = local.new_vpc ? [for zone in local.zones : "subnet-${substr(sha256("${local.place}/${zone}"), 0, 17)}"] : var.subnet_ids
}

resource "terraform_data" "vpc" {
  count = local.new_vpc ? 1 : 0

  triggers_replace = { cidr = var.vpc_cidr }
  input            = { id = local.vpc_id, ipv6 = var.ip_family == "ipv6", tags = local.tags }
}

resource "terraform_data" "private_subnet" {
  for_each = local.zone_places

  triggers_replace = { vpc = terraform_data.vpc[0].id, zone = each.key, cidr = cidrsubnet(var.vpc_cidr, 3, each.value) }
  input            = { id = local.subnet_ids[each.value], tags = local.tags }
}

resource "terraform_data" "public_subnet" {
  for_each = local.zone_places

  triggers_replace = { vpc = terraform_data.vpc[0].id, zone = each.key, cidr = cidrsubnet(var.vpc_cidr, 8, 224 + each.value) }
  input            = { tags = local.tags }
}

resource "terraform_data" "nat_gateway" {
  for_each = toset(local.nat_zones)

  triggers_replace = { subnet = terraform_data.public_subnet[each.key].id }
  input            = { tags = local.tags }
}

resource "terraform_data" "private_route" {
  for_each = length(local.nat_zones) == 0 ? {} : local.zone_places

  triggers_replace = { subnet = terraform_data.private_subnet[each.key].id }
  input            = { gateway = terraform_data.nat_gateway[contains(local.nat_zones, each.key) ? each.key : local.nat_zones[0]].id }
}
