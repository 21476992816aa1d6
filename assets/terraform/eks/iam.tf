locals {
  aws_policy = "arn:${local.partition}:iam::aws:policy"
}

data "aws_iam_policy_document" "cluster_trust" {
  statement {
    actions = ["sts:AssumeRole", "sts:TagSession"]

    principals {
      type        = "Service"
      identifiers = ["eks.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "cluster" {
  name               = "${local.short_name}-cluster"
  description        = "Control plane of the EKS cluster ${var.name} in ${var.region}"
  assume_role_policy = data.aws_iam_policy_document.cluster_trust.json
}

resource "aws_iam_role_policy_attachment" "cluster" {
  role       = aws_iam_role.cluster.name
  policy_arn = "${local.aws_policy}/AmazonEKSClusterPolicy"
}

data "aws_iam_policy_document" "node_trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["ec2.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "node" {
  name               = "${local.short_name}-node"
  description        = "Nodes of the EKS cluster ${var.name} in ${var.region}"
  assume_role_policy = data.aws_iam_policy_document.node_trust.json
}

resource "aws_iam_role_policy_attachment" "node" {
  for_each = toset(concat(
    ["AmazonEKSWorkerNodePolicy", "AmazonEC2ContainerRegistryPullOnly"],
    local.ipv6 ? [] : ["AmazonEKS_CNI_Policy"],
  ))

  role       = aws_iam_role.node.name
  policy_arn = "${local.aws_policy}/${each.key}"
}

# AWS keeps a managed policy for the CNI's IPv4 mode only.
data "aws_iam_policy_document" "cni_ipv6" {
  statement {
    actions = [
      "ec2:AssignIpv6Addresses",
      "ec2:DescribeInstances",
      "ec2:DescribeInstanceTypes",
      "ec2:DescribeNetworkInterfaces",
      "ec2:DescribeTags",
    ]
    resources = ["*"]
  }

  statement {
    actions   = ["ec2:CreateTags"]
    resources = ["arn:${local.partition}:ec2:*:*:network-interface/*"]
  }
}

resource "aws_iam_role_policy" "cni_ipv6" {
  count = local.ipv6 ? 1 : 0

  name   = "vpc-cni-ipv6"
  role   = aws_iam_role.node.name
  policy = data.aws_iam_policy_document.cni_ipv6.json
}
