# What wakes somebody, or mails: docs/operate.md says what each means, and what to look at. A share is counted from three
# faults on, a percentile from twenty requests on, in five minutes: a few requests at night are no alarm.
resource "aws_cloudwatch_metric_alarm" "faults" {
  for_each = { for id, operation in local.operations : id => operation.slo.fault_share if operation.slo.fault_share != null }

  alarm_name          = "${local.name}-faults-${each.key}"
  alarm_description   = "More than ${each.value} of the requests to ${each.key} are answered with a 5xx."
  comparison_operator = "GreaterThanThreshold"
  threshold           = each.value
  evaluation_periods  = 1
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.alarm_topic_arn[*]
  ok_actions          = var.alarm_topic_arn[*]

  metric_query {
    id          = "counted"
    expression  = "IF(faults >= 3, share, 0)"
    label       = "share of faults"
    return_data = true
  }
  dynamic "metric_query" {
    for_each = { faults = "Sum", share = "Average" }
    content {
      id = metric_query.key
      metric {
        namespace   = local.name
        metric_name = "fault"
        dimensions  = { service = local.name, operation = each.key }
        stat        = metric_query.value
        period      = 300
      }
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "slow" {
  for_each = { for id, operation in local.operations : id => operation.slo.p99_ms if operation.slo.p99_ms != null }

  alarm_name          = "${local.name}-slow-${each.key}"
  alarm_description   = "For a quarter of an hour, one in a hundred requests to ${each.key} takes more than ${each.value} ms."
  comparison_operator = "GreaterThanThreshold"
  threshold           = each.value
  evaluation_periods  = 3
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.alarm_topic_arn[*]
  ok_actions          = var.alarm_topic_arn[*]

  metric_query {
    id          = "counted"
    expression  = "IF(requests >= 20, p99, 0)"
    label       = "p99"
    return_data = true
  }
  dynamic "metric_query" {
    for_each = { requests = "SampleCount", p99 = "p99" }
    content {
      id = metric_query.key
      metric {
        namespace   = local.name
        metric_name = "latencyMs"
        dimensions  = { service = local.name, operation = each.key }
        stat        = metric_query.value
        period      = 300
      }
    }
  }
}

# A function that is killed, for time or memory, counts nothing itself; and API Gateway may fail to reach it.
resource "aws_cloudwatch_metric_alarm" "gateway" {
  alarm_name          = "${local.name}-gateway"
  alarm_description   = "API Gateway answers more than one in a hundred requests with a 5xx."
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0.01
  evaluation_periods  = 1
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.alarm_topic_arn[*]
  ok_actions          = var.alarm_topic_arn[*]

  metric_query {
    id          = "counted"
    expression  = "IF(faults >= 3, faults / requests, 0)"
    label       = "share of 5xx"
    return_data = true
  }
  dynamic "metric_query" {
    for_each = { faults = "5xx", requests = "Count" }
    content {
      id = metric_query.key
      metric {
        namespace   = "AWS/ApiGateway"
        metric_name = metric_query.value
        dimensions  = { ApiId = aws_apigatewayv2_api.this.id }
        stat        = "Sum"
        period      = 300
      }
    }
  }
}

# The SDK tries again what DynamoDB throttles: it matters when it goes on.
resource "aws_cloudwatch_metric_alarm" "throttled" {
  for_each = local.throttled

  alarm_name          = "${local.name}-throttled-${each.key}"
  alarm_description   = "DynamoDB goes on throttling ${join(", ", values(each.value))}."
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  evaluation_periods  = 3
  datapoints_to_alarm = 2
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.alarm_topic_arn[*]
  ok_actions          = var.alarm_topic_arn[*]

  metric_query {
    id          = "events"
    expression  = "FILL(reads, 0) + FILL(writes, 0)"
    label       = "throttled reads and writes"
    return_data = true
  }
  dynamic "metric_query" {
    for_each = { reads = "ReadThrottleEvents", writes = "WriteThrottleEvents" }
    content {
      id = metric_query.key
      metric {
        namespace   = "AWS/DynamoDB"
        metric_name = metric_query.value
        dimensions  = each.value
        stat        = "Sum"
        period      = 300
      }
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "function_throttled" {
  alarm_name          = "${local.name}-function-throttled"
  alarm_description   = "Lambda has no instance left for requests, which are answered with a 503."
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  evaluation_periods  = 1
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.alarm_topic_arn[*]
  ok_actions          = var.alarm_topic_arn[*]
  namespace           = "AWS/Lambda"
  metric_name         = "Throttles"
  dimensions          = { FunctionName = aws_lambda_function.this.function_name }
  statistic           = "Sum"
  period              = 300
}

resource "aws_cloudwatch_metric_alarm" "violations" {
  alarm_name          = "${local.name}-violations"
  alarm_description   = "A reply, or an item that is stored, breaks the contract: a bug of this version."
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  evaluation_periods  = 1
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.alarm_topic_arn[*]
  ok_actions          = var.alarm_topic_arn[*]
  namespace           = local.name
  metric_name         = "violation"
  dimensions          = { service = local.name }
  statistic           = "Sum"
  period              = 300
}

output "alarms" {
  description = "The names of all alarms, at which a canary looks."
  value = sort([
    for alarm in concat(
      values(aws_cloudwatch_metric_alarm.faults), values(aws_cloudwatch_metric_alarm.slow), values(aws_cloudwatch_metric_alarm.throttled),
      [aws_cloudwatch_metric_alarm.gateway, aws_cloudwatch_metric_alarm.function_throttled, aws_cloudwatch_metric_alarm.violations]
    ) : alarm.alarm_name
  ])
}
