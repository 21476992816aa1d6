resource "terraform_data" "cluster" {
  # What EKS fixes when it makes a cluster; everything below changes in place, as it does there.
  triggers_replace = {
    name        = var.name
    ip_family   = var.ip_family
    kms_key_arn = var.kms_key_arn == null ? one(terraform_data.secrets_key[*].id) : var.kms_key_arn
  }

  input = {
    version               = var.kubernetes_version
    support_type          = var.support_type
    authentication_mode   = var.authentication_mode
    private_access        = var.endpoint_private_access
    public_access         = var.endpoint_public_access
    public_cidrs          = var.endpoint_public_cidrs
    log_types             = var.log_types
    deletion_protection   = var.deletion_protection
    subnet_ids            = local.subnet_ids
    tags                  = local.tags
    arn                   = "arn:aws:eks:${var.region}:${var.account_id}:cluster/${var.name}"
    endpoint              = "https://${upper(substr(local.place, 0, 32))}.${var.region}.trial.invalid"
    certificate_authority = base64encode("No cluster stands behind this trial.")
    security_group_id     = "sg-${substr(local.place, 0, 17)}"
  }

  provisioner "local-exec" {
    command = "sleep ${var.delay_seconds}"
  }

  depends_on = [
    terraform_data.cluster_role,
    terraform_data.log_group,
    terraform_data.private_subnet,
  ]
}

resource "terraform_data" "cluster_role" {
  triggers_replace = { name = "${local.short_name}-cluster" }
  input            = { tags = local.tags }
}

resource "terraform_data" "log_group" {
  count = length(var.log_types) > 0 ? 1 : 0

  triggers_replace = { name = "/aws/eks/${var.name}/cluster" }
  input            = { tags = local.tags }
}

resource "terraform_data" "secrets_key" {
  count = var.kms_key_arn == null ? 1 : 0

  input = { description = "Kubernetes Secrets of the cluster ${var.name}", tags = local.tags }
}
