variables {
  organisation = "Acme"
  account_id   = "111111111111"
  region       = "eu-west-1"
  bucket       = "acme-terraform-state"
}

# Plans alone: a bucket that must not be destroyed would outlive an applied test.
run "defaults" {
  command = plan

  assert {
    condition     = aws_s3_bucket_versioning.state.versioning_configuration[0].status == "Enabled"
    error_message = "Old states can be brought back."
  }

  assert {
    condition     = one(one(aws_s3_bucket_server_side_encryption_configuration.state.rule).apply_server_side_encryption_by_default).sse_algorithm == "AES256"
    error_message = "States hold secrets and are encrypted."
  }

  assert {
    condition = alltrue([
      aws_s3_bucket_public_access_block.state.block_public_acls,
      aws_s3_bucket_public_access_block.state.block_public_policy,
      aws_s3_bucket_public_access_block.state.ignore_public_acls,
      aws_s3_bucket_public_access_block.state.restrict_public_buckets,
    ])
    error_message = "The bucket cannot be made public."
  }

  assert {
    condition     = one(aws_s3_bucket_lifecycle_configuration.state.rule[0].noncurrent_version_expiration).noncurrent_days == 90
    error_message = "Old versions go after ninety days."
  }

  assert {
    condition     = aws_s3_bucket.state.tags_all == tomap({ organisation = "Acme", managed-by = "eksdeck" })
    error_message = "The bucket says whose it is."
  }
}

run "plain_http" {
  command = plan

  assert {
    condition = jsondecode(data.aws_iam_policy_document.state.json).Statement[0] == {
      Sid       = "TLSOnly"
      Effect    = "Deny"
      Action    = "s3:*"
      Resource  = ["arn:aws:s3:::acme-terraform-state/*", "arn:aws:s3:::acme-terraform-state"]
      Principal = "*"
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    }
    error_message = "Whoever does not come over TLS is turned away, bucket and objects alike."
  }
}

run "bucket_with_a_dot" {
  command = plan

  variables {
    bucket = "acme.terraform.state"
  }

  expect_failures = [var.bucket]
}

run "no_days" {
  command = plan

  variables {
    keep_old_versions = 0
  }

  expect_failures = [var.keep_old_versions]
}
