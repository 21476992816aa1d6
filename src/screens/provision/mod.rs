//! Clusters by Terraform.

pub mod plan;
