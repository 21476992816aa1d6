# From the variables alone, so that it stands in the state even when the first apply failed half-way.
output "identity" {
  description = "What this state is about; compared before any later run, so that no state meets another cluster's variables."
  value = {
    organisation = var.organisation
    account_id   = var.account_id
    region       = var.region
    name         = var.name
  }
}

output "name" {
  description = "The name of the cluster."
  value       = aws_eks_cluster.main.name
}

output "arn" {
  description = "The ARN of the cluster."
  value       = aws_eks_cluster.main.arn
}

output "endpoint" {
  description = "The address of the API server."
  value       = aws_eks_cluster.main.endpoint
}

output "certificate_authority" {
  description = "The certificate that the API server's own is signed with, in base64."
  value       = aws_eks_cluster.main.certificate_authority[0].data
}

output "version" {
  description = "The Kubernetes version of the control plane."
  value       = aws_eks_cluster.main.version
}

output "oidc_issuer" {
  description = "The URL that signs the tokens of service accounts."
  value       = aws_eks_cluster.main.identity[0].oidc[0].issuer
}

output "oidc_provider_arn" {
  description = "The OIDC provider that roles of service accounts trust; null without IRSA."
  value       = one(aws_iam_openid_connect_provider.cluster[*].arn)
}

output "vpc_id" {
  description = "The VPC of the cluster."
  value       = local.vpc_id
}

output "subnet_ids" {
  description = "The subnets of control plane and nodes."
  value       = local.subnet_ids
}

output "node_role_arn" {
  description = "The role that every node has."
  value       = aws_iam_role.node.arn
}

output "node_groups" {
  description = "The names that the node groups have in EKS, by the names that they have here; a replaced group gets a new one."
  value       = { for name, group in aws_eks_node_group.group : name => group.node_group_name }
}

output "cluster_security_group_id" {
  description = "The security group that control plane and nodes share."
  value       = aws_eks_cluster.main.vpc_config[0].cluster_security_group_id
}

output "kubeconfig_command" {
  description = "The command that adds the cluster to a kubeconfig."
  value       = "aws eks update-kubeconfig --region ${var.region} --name ${aws_eks_cluster.main.name}"
}
