output "url" {
  description = "Where the API answers."
  value       = try("https://${aws_apigatewayv2_domain_name.this[0].domain_name}", aws_apigatewayv2_api.this.api_endpoint)
}

output "api_id" {
  description = "The API's id, of which an emulator makes its URL."
  value       = aws_apigatewayv2_api.this.id
}

output "function" {
  description = "The function's name."
  value       = aws_lambda_function.this.function_name
}

output "version" {
  description = "The function's newest published version."
  value       = aws_lambda_function.this.version
}

output "role" {
  description = "The name of the function's role."
  value       = aws_iam_role.function.name
}

output "region" {
  description = "The region that all of it is in."
  value       = var.region
}

output "tables" {
  description = "Each table of the contract, and its name in AWS."
  value       = { for name, key in local.current : name => aws_dynamodb_table.this[key].name }
}

output "superseded" {
  description = "Each table of the contract that was restored, and what it was stored in before, the oldest first."
  value       = { for name, places in local.places : name => [for key in places : "${local.name}-${key}" if contains(keys(local.stored), key) && key != local.current[name]] if length(places) > 1 }
}

output "deletion_protection" {
  description = "Whether tables and user pool refuse to be deleted: `make destroy` asks, before anything is."
  value       = var.deletion_protection
}

output "token_endpoint" {
  description = "Where the user pool issues tokens; null if there is none, or the issuer is yours."
  value       = one([for each in aws_cognito_user_pool_domain.this : "https://${each.domain}.auth.${var.region}.amazoncognito.com/oauth2/token"])
}
