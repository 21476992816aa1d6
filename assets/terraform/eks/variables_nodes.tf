variable "node_groups" {
  description = "The managed node groups by name; a change of instance types, capacity type or AMI type replaces a group, the rest changes in place."
  type = map(object({
    instance_types = optional(list(string), ["m6i.large"])
    capacity_type  = optional(string, "ON_DEMAND")
    min_size       = optional(number, 2)
    desired_size   = optional(number, 2)
    max_size       = optional(number, 4)
    ami_type       = optional(string, "AL2023_x86_64_STANDARD")
    disk_gib       = optional(number, 50)
    labels         = optional(map(string), {})
    taints = optional(list(object({
      key    = string
      value  = optional(string, "")
      effect = string
    })), [])
  }))
  default  = { general = {} }
  nullable = false

  validation {
    condition     = length(var.node_groups) > 0
    error_message = "A cluster wants at least one node group; CoreDNS has nowhere to run without."
  }

  validation {
    condition     = alltrue([for name in keys(var.node_groups) : can(regex("^[0-9A-Za-z][0-9A-Za-z_-]{0,35}$", name))])
    error_message = "A node group's name is 1 to 36 letters, digits, hyphens and underscores, and starts with a letter or a digit."
  }

  validation {
    condition = alltrue([
      for group in values(var.node_groups) : length(group.instance_types) > 0 && length(group.instance_types) <= 20
    ])
    error_message = "A node group has 1 to 20 instance types."
  }

  validation {
    condition = alltrue([
      for group in values(var.node_groups) : contains(["ON_DEMAND", "SPOT"], group.capacity_type)
    ])
    error_message = "A node group's capacity_type is ON_DEMAND or SPOT."
  }

  validation {
    condition = alltrue([
      for group in values(var.node_groups) :
      0 <= group.min_size && group.min_size <= group.desired_size && group.desired_size <= group.max_size && group.max_size >= 1
    ])
    error_message = "A node group's sizes go up: 0 <= min_size <= desired_size <= max_size, and max_size is at least 1."
  }

  validation {
    condition = alltrue([
      for group in values(var.node_groups) : can(regex("^(AL2023|BOTTLEROCKET)_[A-Za-z0-9_]+$", group.ami_type))
    ])
    error_message = "ami_type is one of EKS's AL2023_ or BOTTLEROCKET_ types, such as AL2023_ARM_64_STANDARD."
  }

  validation {
    condition     = alltrue([for group in values(var.node_groups) : group.disk_gib >= 20 && group.disk_gib <= 16384])
    error_message = "A node's disk has 20 to 16384 GiB."
  }

  validation {
    condition = alltrue(flatten([
      for group in values(var.node_groups) : [for taint in group.taints : contains(["NO_SCHEDULE", "NO_EXECUTE", "PREFER_NO_SCHEDULE"], taint.effect)]
    ]))
    error_message = "A taint's effect is NO_SCHEDULE, NO_EXECUTE or PREFER_NO_SCHEDULE, as EKS writes them."
  }
}
