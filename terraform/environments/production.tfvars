# `make deploy ENV=production`. terraform/variables.tf describes all settings.
log_retention_days = 90
