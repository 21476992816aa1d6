locals {
  # Ids are made of where the cluster is, so that two runs agree and two clusters never do.
  place      = sha256("${var.account_id}/${var.region}/${var.name}")
  short_name = "${substr(var.name, 0, 24)}-${substr(local.place, 0, 8)}"
  issuer     = "oidc.eks.${var.region}.trial.invalid/id/${upper(substr(local.place, 0, 32))}"
  iam        = "arn:aws:iam::${var.account_id}"

  tags = merge(var.tags, {
    organisation = var.organisation
    cluster      = var.name
    managed-by   = "eksdeck"
  })
}
