//! Clusters by Terraform.

pub mod form;
pub mod plan;
