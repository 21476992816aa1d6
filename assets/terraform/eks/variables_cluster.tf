variable "kubernetes_version" {
  description = "The Kubernetes version of control plane and nodes, such as 1.34; EKS goes up one minor version at a time and never down."
  type        = string

  validation {
    condition     = can(regex("^1\\.[0-9]{2}$", var.kubernetes_version))
    error_message = "A Kubernetes version is written as major.minor, such as 1.34."
  }
}

variable "support_type" {
  description = "What happens when standard support ends: EXTENDED keeps the version at six times the hourly price, STANDARD lets AWS upgrade the cluster."
  type        = string
  default     = "EXTENDED"
  nullable    = false

  validation {
    condition     = contains(["EXTENDED", "STANDARD"], var.support_type)
    error_message = "support_type is EXTENDED or STANDARD."
  }
}

variable "authentication_mode" {
  description = "Where logins are looked up: API means access entries alone, API_AND_CONFIG_MAP the aws-auth ConfigMap as well; from API there is no way back."
  type        = string
  default     = "API"
  nullable    = false

  validation {
    condition     = contains(["API", "API_AND_CONFIG_MAP"], var.authentication_mode)
    error_message = "authentication_mode is API or API_AND_CONFIG_MAP."
  }
}

variable "endpoint_private_access" {
  description = "Whether the API server is reached from inside the VPC without leaving it."
  type        = bool
  default     = true
  nullable    = false

  validation {
    condition     = var.endpoint_private_access || var.endpoint_public_access
    error_message = "A cluster whose endpoint is neither private nor public is reached by nobody; switch one of them on."
  }

  validation {
    condition     = var.endpoint_private_access || var.vpc_id != null || var.nat_gateways != "none"
    error_message = "Without NAT gateways the nodes reach the API server through the private endpoint alone; switch it on."
  }

  validation {
    condition     = var.endpoint_private_access || var.vpc_id != null || contains(var.endpoint_public_cidrs, "0.0.0.0/0")
    error_message = "The nodes of a new VPC come to the public endpoint from addresses that no range can name beforehand; switch the private endpoint on."
  }
}

variable "endpoint_public_access" {
  description = "Whether the API server is reached from the internet, by the addresses in endpoint_public_cidrs."
  type        = bool
  default     = false
  nullable    = false
}

variable "endpoint_public_cidrs" {
  description = "The address ranges that reach the public endpoint, such as an office or a VPN; 0.0.0.0/0 is the whole internet."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for cidr in var.endpoint_public_cidrs : try(cidrsubnet(cidr, 0, 0) == cidr, false)])
    error_message = "Each range is written in CIDR form from its first address on, such as 203.0.113.0/24."
  }

  validation {
    condition     = var.endpoint_public_access || length(var.endpoint_public_cidrs) == 0
    error_message = "endpoint_public_cidrs limits the public endpoint, which is off; switch endpoint_public_access on or give no ranges."
  }

  validation {
    condition     = !var.endpoint_public_access || length(var.endpoint_public_cidrs) > 0
    error_message = "A public endpoint wants the ranges that may reach it; write 0.0.0.0/0 if it is meant for the whole internet."
  }
}

variable "log_types" {
  description = "The control plane logs that go to CloudWatch and are paid for there."
  type        = list(string)
  default     = ["audit", "authenticator"]
  nullable    = false

  validation {
    condition = alltrue([
      for type in var.log_types : contains(["api", "audit", "authenticator", "controllerManager", "scheduler"], type)
    ])
    error_message = "The log types are api, audit, authenticator, controllerManager and scheduler."
  }
}

variable "kms_key_arn" {
  description = "The KMS key that encrypts Kubernetes Secrets: null makes one, \"none\" leaves them to the key that AWS owns; a choice for the cluster's whole life."
  type        = string
  default     = null

  validation {
    condition = alltrue([
      for key in var.kms_key_arn[*] : key == "none" || can(regex("^arn:[a-z-]+:kms:${var.region}:[0-9]{12}:key/.+$", key))
    ])
    error_message = "kms_key_arn is null, \"none\" or the ARN of a key (not of an alias) in the cluster's region."
  }
}

variable "deletion_protection" {
  description = "Whether EKS refuses to delete the cluster until this is switched off."
  type        = bool
  default     = true
  nullable    = false
}
