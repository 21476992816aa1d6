organisation       = "Acme"
account_id         = "111111111111"
region             = "eu-west-1"
name               = "payments-prod"
kubernetes_version = "1.33"

access_entries = {
  sre = {
    principal_arn = "arn:aws:iam::111111111111:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_sre_0123456789abcdef"
    policies      = [{ name = "AmazonEKSClusterAdminPolicy" }]
  }
}
