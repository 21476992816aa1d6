resource "aws_s3_bucket" "bucket" {
  for_each = var.s3_buckets

  bucket = each.key
}

resource "aws_s3_bucket_public_access_block" "bucket" {
  for_each = var.s3_buckets

  bucket                  = aws_s3_bucket.bucket[each.key].id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_versioning" "bucket" {
  for_each = var.s3_buckets

  bucket = aws_s3_bucket.bucket[each.key].id

  versioning_configuration {
    status = each.value.versioned ? "Enabled" : "Suspended"
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "bucket" {
  for_each = var.s3_buckets

  bucket = aws_s3_bucket.bucket[each.key].id

  rule {
    id     = "leftovers"
    status = "Enabled"

    filter {}

    noncurrent_version_expiration {
      noncurrent_days = each.value.keep_old_versions
    }

    abort_incomplete_multipart_upload {
      days_after_initiation = 7
    }
  }

  dynamic "rule" {
    for_each = each.value.expire_objects_after[*]

    content {
      id     = "expiry"
      status = "Enabled"

      filter {}

      expiration {
        days = rule.value
      }
    }
  }

  # S3 refuses rules for old versions while versioning is being switched.
  depends_on = [aws_s3_bucket_versioning.bucket]
}

data "aws_iam_policy_document" "tls_only" {
  for_each = var.s3_buckets

  statement {
    sid       = "TLSOnly"
    effect    = "Deny"
    actions   = ["s3:*"]
    resources = [local.bucket_arns[each.key], "${local.bucket_arns[each.key]}/*"]

    principals {
      type        = "*"
      identifiers = ["*"]
    }

    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = ["false"]
    }
  }
}

resource "aws_s3_bucket_policy" "bucket" {
  for_each = var.s3_buckets

  bucket = aws_s3_bucket.bucket[each.key].id
  policy = data.aws_iam_policy_document.tls_only[each.key].json

  # S3 answers with a conflict when both are written at once.
  depends_on = [aws_s3_bucket_public_access_block.bucket]
}
