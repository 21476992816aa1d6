terraform {
  required_version = ">= 1.10"

  required_providers {
    aws = {
      source = "hashicorp/aws"

      # The deletion protection of clusters came with 6.9.
      version = ">= 6.9, < 7.0"
    }
  }
}
