# What an operator asks of the logs, saved for CloudWatch's Logs Insights. The hours are chosen there.
locals {
  questions = {
    "what failed" = {
      groups = [aws_cloudwatch_log_group.function.name]
      query  = <<-EOT
        filter fault = 1
        | stats count(*) as faults, sum(violation) as violations, latest(status) as lastStatus, latest(requestId) as lastRequest by operation
        | sort faults desc
      EOT
    }
    "one request" = {
      groups = [aws_cloudwatch_log_group.function.name, aws_cloudwatch_log_group.access.name]
      query  = <<-EOT
        filter requestId = "WRITE THE ID HERE"
        | fields @timestamp, @log, @message
        | sort @timestamp asc
      EOT
    }
    "slowest requests" = {
      groups = [aws_cloudwatch_log_group.function.name]
      query  = <<-EOT
        filter ispresent(latencyMs)
        | fields @timestamp, operation, latencyMs, coldStart, status, requestId
        | sort latencyMs desc
        | limit 50
      EOT
    }
    "by operation" = {
      groups = [aws_cloudwatch_log_group.function.name]
      query  = <<-EOT
        filter ispresent(latencyMs)
        | stats count(*) as requests, sum(fault) as faults, pct(latencyMs, 50) as p50, pct(latencyMs, 99) as p99 by operation
        | sort requests desc
      EOT
    }
    "who calls most" = {
      groups = [aws_cloudwatch_log_group.access.name]
      query  = <<-EOT
        fields strcontains(status, "429") as isThrottled
        | stats count(*) as requests, sum(isThrottled) as throttled by clientId, ip
        | sort requests desc
        | limit 50
      EOT
    }
    "what one caller did" = {
      groups = [aws_cloudwatch_log_group.function.name]
      query  = <<-EOT
        filter subject = "WRITE THE SUBJECT HERE"
        | fields @timestamp, operation, status, requestId
        | sort @timestamp desc
        | limit 1000
      EOT
    }
    "cold starts" = {
      groups = [aws_cloudwatch_log_group.function.name]
      query  = <<-EOT
        filter coldStart = 1
        | stats count(*) as coldStarts, max(latencyMs) as slowest by operation, bin(1h)
        | sort coldStarts desc
      EOT
    }
  }
}

resource "aws_cloudwatch_query_definition" "this" {
  for_each = local.questions

  name            = "${local.name}/${each.key}"
  log_group_names = each.value.groups
  query_string    = each.value.query
}
