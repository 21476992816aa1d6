run "dual_stack" {
  command = apply

  variables {
    ip_family = "ipv6"
  }

  assert {
    condition     = aws_eks_cluster.main.kubernetes_network_config[0].ip_family == "ipv6"
    error_message = "The cluster's Pods have IPv6 addresses."
  }

  assert {
    condition     = length(distinct([for subnet in concat(values(aws_subnet.private), values(aws_subnet.public)) : subnet.ipv6_cidr_block])) == 6
    error_message = "Every subnet has an IPv6 range of its own."
  }

  assert {
    condition     = alltrue([for subnet in concat(values(aws_subnet.private), values(aws_subnet.public)) : endswith(subnet.ipv6_cidr_block, "::/64") && subnet.assign_ipv6_address_on_creation])
    error_message = "What starts in a subnet has an address in its /64."
  }

  assert {
    condition     = alltrue([for route in values(aws_route.private_ipv6) : route.egress_only_gateway_id == aws_egress_only_internet_gateway.new[0].id])
    error_message = "Private subnets reach out over IPv6 and are not reached."
  }

  assert {
    condition     = !contains(keys(aws_iam_role_policy_attachment.node), "AmazonEKS_CNI_Policy") && strcontains(aws_iam_role_policy.cni_ipv6[0].policy, "ec2:AssignIpv6Addresses")
    error_message = "The CNI may assign IPv6 addresses and nothing of IPv4."
  }
}
