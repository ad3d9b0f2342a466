resource "aws_lambda_function" "this" {
  # checkov:skip=CKV_AWS_117:it talks to DynamoDB and CloudWatch only, through their public endpoints; a VPC would add cost and no secret
  # checkov:skip=CKV_AWS_116:a dead letter queue is for asynchronous calls, and API Gateway calls synchronously
  # checkov:skip=CKV_AWS_115:the throttles limit the concurrency; a reservation would take it from the account's other functions
  # checkov:skip=CKV_AWS_173:the environment holds names, no secret
  # checkov:skip=CKV_AWS_272:the package's hash is part of the plan; code signing needs a signing profile of the account
  function_name    = local.name
  description      = local.contract.title
  role             = aws_iam_role.function.arn
  runtime          = local.manifest.runtime
  architectures    = [local.manifest.architecture]
  handler          = "handlers.router.lambda_handler"
  filename         = var.package
  source_code_hash = filebase64sha256(var.package)
  memory_size      = var.memory_mb
  timeout          = var.timeout_s
  publish          = true

  environment {
    variables = merge(
      local.own_environment,
      # Of a table that is retired the function has no need.
      { for name, key in local.current : "TABLE_${upper(name)}" => aws_dynamodb_table.this[key].name if !local.tables[name].retired },
      {
        # Not for the function: the next plan finds here what this version lists, and by what.
        LISTS                        = jsonencode(local.lists)
        DOCS                         = tostring(var.docs)
        TRACING                      = tostring(var.tracing)
        LOG_LEVEL                    = var.log_level
        METRICS_BY                   = var.metrics_by
        POWERTOOLS_SERVICE_NAME      = local.name
        POWERTOOLS_METRICS_NAMESPACE = local.name
      },
    )
  }

  dynamic "snap_start" {
    for_each = var.snapstart ? ["PublishedVersions"] : []
    content {
      apply_on = snap_start.value
    }
  }

  tracing_config {
    mode = var.tracing ? "Active" : "PassThrough"
  }

  logging_config {
    log_format = "JSON"
    # LOG_LEVEL filters the function's lines. Lambda would drop the metrics with them, which it takes for INFO.
    application_log_level = var.log_level == "DEBUG" ? "DEBUG" : "INFO"
    system_log_level      = "WARN"
    log_group             = aws_cloudwatch_log_group.function.name
  }

  # A request must not come before the role may answer it.
  depends_on = [aws_iam_role_policy.function]
}

# What the API calls. `make rollback` points it at the version before, and holds it there. A canary shares it with the
# new version, and then moves it there: meanwhile nothing is planned, so no weights of its are ever taken away from here.
resource "aws_lambda_alias" "live" {
  name             = "live"
  function_name    = aws_lambda_function.this.function_name
  function_version = local.stays ? local.live.function_version : aws_lambda_function.this.version
  description      = local.stays ? local.live.description : null

  lifecycle {
    precondition {
      condition     = !local.held || var.forward == null
      error_message = local.reason
    }
    precondition {
      condition     = !local.shared
      error_message = "The API is ${local.said}. Wait for its end; if nobody watches it any more, the next `make deploy` takes it back, and so does `make rollback` at once."
    }
  }
}

resource "aws_lambda_permission" "api" {
  statement_id  = "AllowApi"
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.this.function_name
  qualifier     = aws_lambda_alias.live.name
  principal     = "apigateway.amazonaws.com"
  source_arn    = "${aws_apigatewayv2_api.this.execution_arn}/*/*"
}

resource "aws_cloudwatch_log_group" "function" {
  # checkov:skip=CKV_AWS_158:CloudWatch encrypts logs with its own key
  # checkov:skip=CKV_AWS_338:how long logs are kept is a variable
  name              = "/aws/lambda/${local.name}"
  retention_in_days = var.log_retention_days
}

resource "aws_iam_role" "function" {
  # Roles are shared by all regions of an account.
  name = "${local.name}-${var.region}"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "lambda.amazonaws.com" }
    }]
  })
}

resource "aws_iam_role_policy" "function" {
  name = "function"
  role = aws_iam_role.function.id
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = concat(local.table_statements, local.index_statements, local.key_statements, local.log_statements, local.trace_statements, local.own_statements)
  })
}

locals {
  # The contract's x-dynamodb lists the actions of each table, since who changes the operations changes these.
  table_statements = [
    for name, table in local.tables : {
      Sid      = "Table${replace(title(replace(name, "_", " ")), " ", "")}"
      Effect   = "Allow"
      Action   = [for action in table.actions : "dynamodb:${action}"]
      Resource = local.arns[name]
    }
  ]
  # An index is there to be queried: nothing else can be done to it, but for a Scan.
  indexes = flatten([
    for name, table in local.tables : [for pair in setproduct(local.arns[name], keys(table.indexes)) : join("/index/", pair)]
  ])
  index_statements = [
    for arns in [local.indexes] : { Sid = "Indexes", Effect = "Allow", Action = "dynamodb:Query", Resource = arns }
    if length(arns) > 0
  ]
  # DynamoDB uses the key in the name of whoever reads or writes.
  key_statements = [
    for key in var.kms_key[*] : {
      Sid       = "Key"
      Effect    = "Allow"
      Action    = ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"]
      Resource  = key
      Condition = { StringEquals = { "kms:ViaService" = "dynamodb.${var.region}.amazonaws.com" } }
    }
  ]
  log_statements = [{
    Sid      = "Logs"
    Effect   = "Allow"
    Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    Resource = "${aws_cloudwatch_log_group.function.arn}:*"
  }]
  trace_statements = [
    for action in [["xray:PutTraceSegments", "xray:PutTelemetryRecords"]] : {
      Sid = "Traces", Effect = "Allow", Action = action, Resource = "*"
    } if var.tracing
  ]
}
