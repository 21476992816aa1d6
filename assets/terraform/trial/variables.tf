variable "organisation" {
  description = "The organisation that owns the cluster; it is written on every object as a tag."
  type        = string

  validation {
    condition     = can(regex("^[A-Za-z0-9]([A-Za-z0-9 ._-]{0,62}[A-Za-z0-9])?$", var.organisation))
    error_message = "An organisation is 1 to 64 letters, digits, spaces, dots, hyphens and underscores, and starts and ends with a letter or a digit."
  }
}

variable "account_id" {
  description = "The twelve digits of the AWS account; Terraform refuses to work with the credentials of any other."
  type        = string

  validation {
    condition     = can(regex("^[0-9]{12}$", var.account_id))
    error_message = "An AWS account id has exactly twelve digits."
  }
}

variable "region" {
  description = "The AWS region of the cluster, such as eu-west-1."
  type        = string

  validation {
    condition     = can(regex("^[a-z]{2,4}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "A region reads like eu-west-1 or us-gov-west-1; a zone such as eu-west-1a is not a region."
  }
}

variable "name" {
  description = "The name of the cluster, unique within its account and region."
  type        = string

  validation {
    condition     = can(regex("^[0-9A-Za-z]([0-9A-Za-z_-]{0,98}[0-9A-Za-z])?$", var.name))
    error_message = "A cluster's name is 1 to 100 letters, digits, hyphens and underscores, and starts and ends with a letter or a digit."
  }
}

variable "role_arn" {
  description = "The role that Terraform assumes in the account; null works with the credentials as they are."
  type        = string
  default     = null

  validation {
    condition     = var.role_arn == null || can(regex("^arn:[a-z-]+:iam::${var.account_id}:role/.+$", var.role_arn))
    error_message = "role_arn must be the ARN of an IAM role in the account that account_id names."
  }
}

variable "tags" {
  description = "Tags for everything that can carry them, beside the three that say who owns it."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition = alltrue([
      for key, value in var.tags : can(regex("^[\\pL\\pN _.:/=+@-]{1,128}$", key)) && can(regex("^[\\pL\\pN _.:/=+@-]{0,256}$", value))
    ])
    error_message = "A tag's key has 1 to 128 characters, its value at most 256; letters, digits, spaces and _ . : / = + - @ are allowed."
  }

  validation {
    condition = alltrue([
      for key in keys(var.tags) : !startswith(lower(key), "aws:") && !contains(["organisation", "cluster", "managed-by", "Name"], key)
    ])
    error_message = "Keys that begin with aws: belong to AWS; organisation, cluster, managed-by and Name are set by the module."
  }
}
