variable "ip_family" {
  description = "Whether Pods and Services have IPv4 or IPv6 addresses; a choice for the cluster's whole life."
  type        = string
  default     = "ipv4"
  nullable    = false

  validation {
    condition     = contains(["ipv4", "ipv6"], var.ip_family)
    error_message = "ip_family is ipv4 or ipv6."
  }
}

variable "vpc_id" {
  description = "The VPC that the cluster moves into; null makes a new one."
  type        = string
  default     = null

  validation {
    condition     = var.vpc_id == null || can(regex("^vpc-[0-9a-f]{8,17}$", var.vpc_id))
    error_message = "A VPC's id reads like vpc-0123456789abcdef0."
  }
}

variable "subnet_ids" {
  description = "The subnets of an existing VPC for control plane and nodes, in at least two zones; empty for a new VPC."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for id in var.subnet_ids : can(regex("^subnet-[0-9a-f]{8,17}$", id))])
    error_message = "A subnet's id reads like subnet-0123456789abcdef0."
  }

  validation {
    condition     = var.vpc_id != null || length(var.subnet_ids) == 0
    error_message = "Subnets belong to a VPC; give its vpc_id as well, or no subnets for a new one."
  }

  validation {
    condition     = var.vpc_id == null || length(distinct(var.subnet_ids)) >= 2
    error_message = "EKS wants at least two subnets of the VPC, in different zones."
  }
}

variable "vpc_cidr" {
  description = "The IPv4 range of a new VPC; each zone's nodes and Pods get an eighth of it."
  type        = string
  default     = "10.0.0.0/16"
  nullable    = false

  validation {
    condition     = try(cidrsubnet(var.vpc_cidr, 0, 0) == var.vpc_cidr, false) && can(regex("^[0-9.]+/1[6-9]$", var.vpc_cidr))
    error_message = "vpc_cidr is an IPv4 range from /16 to /19, written from its first address on; a smaller one leaves no room for load balancers."
  }
}

variable "zones" {
  description = "The availability zones of a new VPC, in an order that stays (append new ones); empty takes the region's first three."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = contains([0, 2, 3, 4, 5, 6], length(var.zones)) && length(distinct(var.zones)) == length(var.zones)
    error_message = "EKS wants at least two zones and the address plan holds at most six; each is named once."
  }

  validation {
    condition = alltrue([
      for zone in var.zones : startswith(zone, var.region) && can(regex("^[a-z]$", trimprefix(zone, var.region)))
    ])
    error_message = "A zone is the region's name and a letter, such as eu-west-1a."
  }

  validation {
    condition     = var.vpc_id == null || length(var.zones) == 0
    error_message = "The subnets of an existing VPC say which zones are used; leave zones empty."
  }
}

variable "nat_gateways" {
  description = "How a new VPC's nodes reach the internet: one gateway for all (cheap), one per-zone (survives a lost zone) or none (VPC endpoints to AWS alone)."
  type        = string
  default     = "one"
  nullable    = false

  validation {
    condition     = contains(["one", "per-zone", "none"], var.nat_gateways)
    error_message = "nat_gateways is one, per-zone or none."
  }
}
