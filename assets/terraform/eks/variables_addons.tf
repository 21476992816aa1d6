variable "addons" {
  description = "The EKS add-ons by name; without a version each follows EKS's default for the Kubernetes version."
  type = map(object({
    version              = optional(string)
    configuration_values = optional(string)
  }))
  default = {
    vpc-cni                = {}
    kube-proxy             = {}
    coredns                = {}
    eks-pod-identity-agent = {}
    aws-ebs-csi-driver     = {}
  }
  nullable = false

  validation {
    condition     = contains(keys(var.addons), "vpc-cni")
    error_message = "Without the add-on vpc-cni no node becomes ready and every node group fails."
  }

  validation {
    condition = contains(keys(var.addons), "eks-pod-identity-agent") || alltrue([
      for name in ["aws-ebs-csi-driver", "aws-efs-csi-driver", "amazon-cloudwatch-observability"] : !contains(keys(var.addons), name)
    ])
    error_message = "aws-ebs-csi-driver, aws-efs-csi-driver and amazon-cloudwatch-observability get their permissions through the add-on eks-pod-identity-agent; add it."
  }

  validation {
    condition = alltrue([
      for addon in values(var.addons) : addon.configuration_values == null || can(jsondecode(addon.configuration_values))
    ])
    error_message = "An add-on's configuration_values is a JSON document."
  }
}
