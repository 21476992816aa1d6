locals {
  # IAM names are global in an account, cluster names only regional: the hash keeps two clusters of one name in two
  # regions apart, and the cut leaves 31 of IAM's 64 characters for what the role is for.
  short_name = "${substr(var.name, 0, 24)}-${substr(sha256("${var.account_id}/${var.region}/${var.name}"), 0, 8)}"

  tags = merge(var.tags, {
    organisation = var.organisation
    cluster      = var.name
    managed-by   = "eksdeck"
  })

  # Known before anything is made, so that the first plan shows every policy in full.
  partition       = data.aws_partition.current.partition
  place           = "${var.region}:${var.account_id}"
  cluster_arn     = "arn:${local.partition}:eks:${local.place}:cluster/${var.name}"
  repository_arns = { for name in keys(var.ecr_repositories) : name => "arn:${local.partition}:ecr:${local.place}:repository/${name}" }
  bucket_arns     = { for name in keys(var.s3_buckets) : name => "arn:${local.partition}:s3:::${name}" }
  table_arns      = { for name in keys(var.dynamodb_tables) : name => "arn:${local.partition}:dynamodb:${local.place}:table/${name}" }
}
