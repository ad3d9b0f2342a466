# A name of one's own (`domain`), in place of the address that API Gateway makes up, which is then switched off.
locals {
  domains = var.domain == null ? 0 : 1
  zones   = try(var.domain.zone_id, null) == null ? 0 : 1
  # Who brings none gets one: a record in the zone proves that the name is theirs.
  certificates = local.domains - (try(var.domain.certificate_arn, null) == null ? 0 : 1)
}

data "aws_route53_zone" "this" {
  count = local.zones

  zone_id = var.domain.zone_id

  lifecycle {
    postcondition {
      condition     = endswith(".${var.domain.name}", ".${trimsuffix(self.name, ".")}")
      error_message = "${var.domain.name} is not in the zone ${self.zone_id}, which is ${trimsuffix(self.name, ".")}."
    }
    postcondition {
      condition     = !coalesce(self.private_zone, false)
      error_message = "The zone ${self.zone_id} is private: neither callers nor the issuer of certificates would find ${var.domain.name}."
    }
  }
}

resource "aws_acm_certificate" "this" {
  count = local.certificates

  domain_name       = var.domain.name
  validation_method = "DNS"

  lifecycle {
    # A certificate that is in use can't be deleted.
    create_before_destroy = true
  }
}

resource "aws_route53_record" "validation" {
  count = local.certificates

  zone_id = data.aws_route53_zone.this[0].zone_id
  name    = one(aws_acm_certificate.this[0].domain_validation_options).resource_record_name
  type    = one(aws_acm_certificate.this[0].domain_validation_options).resource_record_type
  records = [one(aws_acm_certificate.this[0].domain_validation_options).resource_record_value]
  ttl     = 300
  # All certificates of a name in an account have the same record.
  allow_overwrite = true
}

resource "aws_acm_certificate_validation" "this" {
  count = local.certificates

  certificate_arn         = aws_acm_certificate.this[0].arn
  validation_record_fqdns = aws_route53_record.validation[*].fqdn
}

resource "aws_apigatewayv2_domain_name" "this" {
  count = local.domains

  domain_name = var.domain.name
  domain_name_configuration {
    certificate_arn = coalesce(var.domain.certificate_arn, one(aws_acm_certificate_validation.this[*].certificate_arn))
    endpoint_type   = "REGIONAL"
    security_policy = "TLS_1_2"
  }
}

# At the root: the function is not told below which path an API is mapped, and would take it for a part of its own.
resource "aws_apigatewayv2_api_mapping" "this" {
  count = local.domains

  api_id      = aws_apigatewayv2_api.this.id
  domain_name = aws_apigatewayv2_domain_name.this[0].id
  stage       = aws_apigatewayv2_stage.this.id
}

resource "aws_route53_record" "alias" {
  count = local.zones

  zone_id = data.aws_route53_zone.this[0].zone_id
  name    = var.domain.name
  type    = "A"
  alias {
    name                   = aws_apigatewayv2_domain_name.this[0].domain_name_configuration[0].target_domain_name
    zone_id                = aws_apigatewayv2_domain_name.this[0].domain_name_configuration[0].hosted_zone_id
    evaluate_target_health = false
  }
}

output "dns_record" {
  description = "What to write into the DNS, so that callers find the API by its own name; null where Terraform writes it, or there is none."
  value       = local.domains - local.zones == 0 ? null : "${var.domain.name}. CNAME ${aws_apigatewayv2_domain_name.this[0].domain_name_configuration[0].target_domain_name}."
}
