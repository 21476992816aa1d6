provider "aws" {
  region              = var.region
  allowed_account_ids = [var.account_id]

  dynamic "assume_role" {
    for_each = var.role_arn[*]

    content {
      role_arn     = assume_role.value
      session_name = "eksdeck"
    }
  }

  default_tags {
    tags = merge(var.tags, {
      organisation = var.organisation
      managed-by   = "eksdeck"
    })
  }
}
