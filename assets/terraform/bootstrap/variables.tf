variable "organisation" {
  description = "The organisation that owns the state; it is written on the bucket as a tag."
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
  description = "The AWS region of the bucket, such as eu-west-1; clusters of other regions may keep their state in it as well."
  type        = string

  validation {
    condition     = can(regex("^[a-z]{2,4}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "A region reads like eu-west-1 or us-gov-west-1; a zone such as eu-west-1a is not a region."
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

variable "bucket" {
  description = "The name of the state bucket, unique in all of AWS."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$", var.bucket))
    error_message = "A bucket's name is 3 to 63 lower-case letters, digits and hyphens (a dot would break its TLS certificate)."
  }
}

variable "keep_old_versions" {
  description = "For how many days an old version of a state can be brought back."
  type        = number
  default     = 90
  nullable    = false

  validation {
    condition     = var.keep_old_versions >= 1 && floor(var.keep_old_versions) == var.keep_old_versions
    error_message = "keep_old_versions is a whole number of days, at least 1."
  }
}

variable "tags" {
  description = "Tags for the bucket, beside the two that say who owns it."
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
    condition     = alltrue([for key in keys(var.tags) : !startswith(lower(key), "aws:") && !contains(["organisation", "managed-by"], key)])
    error_message = "Keys that begin with aws: belong to AWS; organisation and managed-by are set by the module."
  }
}
