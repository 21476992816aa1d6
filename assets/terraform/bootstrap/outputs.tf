output "bucket" {
  description = "The name of the state bucket."
  value       = aws_s3_bucket.state.id
}

output "arn" {
  description = "The ARN of the state bucket, for the policies of those who run Terraform."
  value       = aws_s3_bucket.state.arn
}

output "region" {
  description = "The region of the state bucket, which a backend names."
  value       = var.region
}
