# Where the state lives is yours to say: put a backend block into backend.tf (README, Deploy).
terraform {
  # 1.9 for validations that look at more than their variable, 1.10 for an S3 backend that locks by itself.
  required_version = ">= 1.10"
  required_providers {
    aws = { source = "hashicorp/aws", version = "~> 5.100" }
  }
}

# No endpoints here: AWS_ENDPOINT_URL in the environment sends every call to an emulator, so what is tested
# offline is what is deployed.
provider "aws" {
  region = var.region
  default_tags { tags = { app = local.name } }
}
