locals {
  # IAM names are global in an account, cluster names only regional: the hash keeps two clusters of one name in two
  # regions apart, and the cut leaves 31 of IAM's 64 characters for what the role is for.
  short_name = "${substr(var.name, 0, 24)}-${substr(sha256("${var.account_id}/${var.region}/${var.name}"), 0, 8)}"

  tags = merge(var.tags, {
    organisation = var.organisation
    cluster      = var.name
    managed-by   = "eksdeck"
  })

  # Known before the cluster is, so that policies which name it can be read in the first plan.
  cluster_arn = "arn:${data.aws_partition.current.partition}:eks:${var.region}:${var.account_id}:cluster/${var.name}"
}
