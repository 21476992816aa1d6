resource "aws_eks_cluster" "main" {
  name                      = var.name
  version                   = var.kubernetes_version
  role_arn                  = aws_iam_role.cluster.arn
  enabled_cluster_log_types = var.log_types
  deletion_protection       = var.deletion_protection

  # Add-ons are the module's: EKS's own copies would stay at the versions of the first day.
  bootstrap_self_managed_addons = false

  access_config {
    authentication_mode = var.authentication_mode

    # Whoever runs Terraform would be administrator for ever and stand in no list; access entries say it openly.
    bootstrap_cluster_creator_admin_permissions = false
  }

  kubernetes_network_config {
    ip_family = var.ip_family
  }

  upgrade_policy {
    support_type = var.support_type
  }

  vpc_config {
    subnet_ids              = local.subnet_ids
    endpoint_private_access = var.endpoint_private_access
    endpoint_public_access  = var.endpoint_public_access
    public_access_cidrs     = var.endpoint_public_access ? var.endpoint_public_cidrs : null
  }

  dynamic "encryption_config" {
    for_each = var.kms_key_arn == "none" ? [] : [coalesce(var.kms_key_arn, one(aws_kms_key.secrets[*].arn))]

    content {
      resources = ["secrets"]

      provider {
        key_arn = encryption_config.value
      }
    }
  }

  lifecycle {
    precondition {
      condition     = local.new_vpc || length(distinct([for subnet in values(data.aws_subnet.given) : subnet.availability_zone])) >= 2
      error_message = "The subnets all lie in one zone; EKS wants at least two."
    }
  }

  # The role must be able to act before the cluster is, and as long as it is: else network interfaces are left behind.
  # The log group goes last: a cluster that is still there would make it anew, without an end to its logs.
  depends_on = [
    aws_cloudwatch_log_group.control_plane,
    aws_iam_role_policy_attachment.cluster,
  ]
}

resource "aws_cloudwatch_log_group" "control_plane" {
  count = length(var.log_types) > 0 ? 1 : 0

  # EKS writes into this very name, and makes it without an end to its logs if it is missing.
  name              = "/aws/eks/${var.name}/cluster"
  retention_in_days = 90
}

resource "aws_kms_key" "secrets" {
  count = var.kms_key_arn == null ? 1 : 0

  description             = "Kubernetes Secrets of the EKS cluster ${var.name}"
  enable_key_rotation     = true
  deletion_window_in_days = 30
}

resource "aws_kms_alias" "secrets" {
  count = length(aws_kms_key.secrets)

  name          = "alias/eks/${var.name}"
  target_key_id = aws_kms_key.secrets[0].key_id
}
