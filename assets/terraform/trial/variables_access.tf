variable "access_entries" {
  description = "Who may log in to the cluster: an IAM principal with EKS access policies (for the cluster or some namespaces) or Kubernetes groups."
  type = map(object({
    principal_arn     = string
    type              = optional(string, "STANDARD")
    kubernetes_groups = optional(list(string), [])
    policies = optional(list(object({
      name       = string
      namespaces = optional(list(string), [])
    })), [])
  }))
  default  = {}
  nullable = false

  validation {
    condition = alltrue([
      for entry in values(var.access_entries) : can(regex("^arn:[a-z-]+:iam::[0-9]{12}:(role|user)/.+$", entry.principal_arn))
    ])
    error_message = "principal_arn is the ARN of an IAM role or user; for an assumed role (arn:aws:sts::…) give the role itself."
  }

  validation {
    condition     = length(distinct([for entry in values(var.access_entries) : entry.principal_arn])) == length(var.access_entries)
    error_message = "EKS takes one access entry for each principal; merge those that name the same one."
  }

  validation {
    condition = alltrue([
      for entry in values(var.access_entries) : contains(["STANDARD", "EC2_LINUX", "EC2_WINDOWS", "FARGATE_LINUX", "HYBRID_LINUX"], entry.type)
    ])
    error_message = "An access entry's type is STANDARD, EC2_LINUX, EC2_WINDOWS, FARGATE_LINUX or HYBRID_LINUX."
  }

  validation {
    condition = alltrue([
      for entry in values(var.access_entries) : entry.type == "STANDARD" || length(entry.policies) + length(entry.kubernetes_groups) == 0
    ])
    error_message = "Only entries of type STANDARD take policies and groups; the others are for nodes."
  }

  validation {
    condition = alltrue(flatten([
      for entry in values(var.access_entries) : [
        for group in entry.kubernetes_groups : !can(regex("^(system|eks|aws|amazon|iam):", group))
      ]
    ]))
    error_message = "EKS refuses groups that begin with system:, eks:, aws:, amazon: or iam:; use a policy such as AmazonEKSClusterAdminPolicy instead."
  }

  validation {
    condition = alltrue(flatten([
      for entry in values(var.access_entries) : [
        for policy in entry.policies : can(regex("^Amazon[A-Za-z0-9]+Policy$", policy.name))
      ]
    ]))
    error_message = "A policy is given by its name alone, such as AmazonEKSAdminViewPolicy."
  }

  validation {
    condition = alltrue([
      for entry in values(var.access_entries) : length(distinct(entry.policies[*].name)) == length(entry.policies)
    ])
    error_message = "A policy stands once in an entry; give it all its namespaces together."
  }
}

variable "irsa" {
  description = "Whether the cluster is an OIDC identity provider in IAM, for roles of service accounts that do not use Pod Identity."
  type        = bool
  default     = true
  nullable    = false
}

variable "pod_identities" {
  description = "Service accounts that get an AWS role through Pod Identity: one that exists, or a new one with policies and the buckets and tables that it may use."
  type = map(object({
    namespace       = string
    service_account = string
    role_arn        = optional(string)
    policy_arns     = optional(list(string), [])
    s3_buckets      = optional(list(string), [])
    dynamodb_tables = optional(list(string), [])
  }))
  default  = {}
  nullable = false

  validation {
    condition     = length(var.pod_identities) == 0 || contains(keys(var.addons), "eks-pod-identity-agent")
    error_message = "Pod Identity works through the add-on eks-pod-identity-agent; add it."
  }

  validation {
    condition = alltrue([
      for name in keys(var.pod_identities) : can(regex("^[a-z0-9]([a-z0-9-]{0,22}[a-z0-9])?$", name))
    ])
    error_message = "A pod identity's name is 1 to 24 lower-case letters, digits and hyphens; the role is named after it."
  }

  validation {
    condition = length(var.pod_identities) == length(distinct([
      for identity in values(var.pod_identities) : "${identity.namespace}/${identity.service_account}"
    ]))
    error_message = "A service account has one role; merge the identities that name the same one."
  }

  validation {
    condition = alltrue([
      for identity in values(var.pod_identities) :
      (identity.role_arn == null) != (length(identity.policy_arns) + length(identity.s3_buckets) + length(identity.dynamodb_tables) == 0)
    ])
    error_message = "Give either the role_arn of a role that exists, or what a new role may do: policy_arns, s3_buckets, dynamodb_tables."
  }

  validation {
    condition = alltrue([
      for identity in values(var.pod_identities) :
      length(setsubtract(identity.s3_buckets, keys(var.s3_buckets))) == 0 &&
      length(setsubtract(identity.dynamodb_tables, keys(var.dynamodb_tables))) == 0
    ])
    error_message = "s3_buckets and dynamodb_tables of a pod identity name those that this module makes; reach others through policy_arns."
  }
}
