# `make deploy ENV=staging`, to try things out. terraform/variables.tf describes all settings.
deletion_protection = false
log_retention_days  = 7
