//! Clusters by Terraform.

pub mod plan;
pub mod run;
