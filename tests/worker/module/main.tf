# What a run's worker is tried with: no provider, something slow, something secret.
variable "name" {
  type = string
}

variable "types" {
  type = list(string)
}

variable "delay_seconds" {
  type    = number
  default = 0
}

variable "secret" {
  type      = string
  sensitive = true
  default   = "none"
}

resource "terraform_data" "cluster" {
  input = { name = var.name, secret = var.secret }

  provisioner "local-exec" {
    command = "sleep ${var.delay_seconds}"
  }
}

resource "terraform_data" "nodes" {
  triggers_replace = var.types
  input            = terraform_data.cluster.output.name
}

output "name" {
  value = terraform_data.nodes.output
}

output "secret" {
  value     = var.secret
  sensitive = true
}
