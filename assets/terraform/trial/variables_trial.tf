variable "delay_seconds" {
  description = "How long the cluster and every node group take to be made, so that an apply can be watched and interrupted."
  type        = number
  default     = 0
  nullable    = false

  validation {
    condition     = var.delay_seconds >= 0 && var.delay_seconds <= 3600 && floor(var.delay_seconds) == var.delay_seconds
    error_message = "delay_seconds is a whole number from 0 to 3600."
  }
}
