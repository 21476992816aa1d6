variable "ecr_repositories" {
  description = "The image repositories that belong to the cluster's applications, by name."
  type = map(object({
    immutable_tags = optional(bool, true)
    keep_images    = optional(number, 100)
  }))
  default  = {}
  nullable = false

  validation {
    condition = alltrue([
      for name in keys(var.ecr_repositories) :
      can(regex("^(?:[a-z0-9]+(?:[._-][a-z0-9]+)*/)*[a-z0-9]+(?:[._-][a-z0-9]+)*$", name)) && length(name) >= 2 && length(name) <= 256
    ])
    error_message = "A repository's name is 2 to 256 characters: lower-case words joined by one of . _ - /, such as payments/api."
  }

  validation {
    condition     = alltrue([for repository in values(var.ecr_repositories) : repository.keep_images >= 1])
    error_message = "A repository keeps at least one image."
  }
}

variable "s3_buckets" {
  description = "The S3 buckets that belong to the cluster's applications, by their names, which are unique in all of AWS."
  type = map(object({
    versioned            = optional(bool, true)
    keep_old_versions    = optional(number, 30)
    expire_objects_after = optional(number)
  }))
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for name in keys(var.s3_buckets) : can(regex("^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$", name))])
    error_message = "A bucket's name is 3 to 63 lower-case letters, digits and hyphens (a dot would break its TLS certificate)."
  }

  validation {
    condition = alltrue([
      for bucket in values(var.s3_buckets) : bucket.keep_old_versions >= 1 && try(bucket.expire_objects_after >= 1, true)
    ])
    error_message = "keep_old_versions and expire_objects_after are days, at least 1."
  }
}

variable "dynamodb_tables" {
  description = "The DynamoDB tables that belong to the cluster's applications, by name; keys are strings (S), numbers (N) or bytes (B)."
  type = map(object({
    hash_key            = string
    hash_key_type       = optional(string, "S")
    range_key           = optional(string)
    range_key_type      = optional(string, "S")
    expiry_attribute    = optional(string)
    deletion_protection = optional(bool, true)
  }))
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for name in keys(var.dynamodb_tables) : can(regex("^[A-Za-z0-9_.-]{3,255}$", name))])
    error_message = "A table's name is 3 to 255 letters, digits, underscores, hyphens and dots."
  }

  validation {
    condition = alltrue([
      for table in values(var.dynamodb_tables) : contains(["S", "N", "B"], table.hash_key_type) && contains(["S", "N", "B"], table.range_key_type)
    ])
    error_message = "A key's type is S, N or B."
  }
}

variable "github_actions" {
  description = "The GitHub workflows that may push images to the repositories and deploy into some namespaces, without a stored key; an account has one provider for GitHub, so a second cluster sets make_provider to false."
  type = object({
    subjects      = list(string)
    namespaces    = optional(list(string), [])
    make_provider = optional(bool, true)
  })
  default = null

  validation {
    condition = alltrue(flatten([
      for github in var.github_actions[*] : [
        length(github.subjects) > 0,
        [for subject in github.subjects : can(regex("^repo:[A-Za-z0-9-]+/[A-Za-z0-9._-]+:[^*].*$", subject))],
      ]
    ]))
    error_message = "A subject names a repository and what of it may log in, such as repo:acme/payments:ref:refs/heads/main or repo:acme/payments:environment:production."
  }
}
