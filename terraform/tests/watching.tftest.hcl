# What is watched follows from the contract: alarms from its objectives, rows of the dashboard from operations and tables.
mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  contract = "tests/contracts/things.yaml"
  package  = "../build/terraform-test/things.zip"
}

run "each_objective_is_an_alarm_and_heads_twin_none" {
  command = plan
  assert {
    condition     = { for id, alarm in aws_cloudwatch_metric_alarm.faults : id => alarm.threshold } == { get_thing = 0.01, delete_thing = 0 }
    error_message = "An operation's share of faults is its own, or else the document's."
  }
  assert {
    condition     = { for id, alarm in aws_cloudwatch_metric_alarm.slow : id => alarm.threshold } == { get_thing = 800 }
    error_message = "An operation whose own objective has no p99_ms has none."
  }
  assert {
    condition = join("; ", [
      for each in aws_cloudwatch_metric_alarm.faults["get_thing"].metric_query : join(" ", concat(
        [each.id], each.expression[*], [for metric in each.metric : "${metric.namespace} ${metric.metric_name} ${metric.stat} ${metric.period} ${join(" ", values(metric.dimensions))}"]
      ))
      ]) == join("; ", [
      "counted IF(faults >= 3, share, 0)",
      "faults things-of-all-kinds fault Sum 300 get_thing things-of-all-kinds",
      "share things-of-all-kinds fault Average 300 get_thing things-of-all-kinds",
    ])
    error_message = "A share of faults is counted from three on, of what the function logs."
  }
  assert {
    condition = (
      aws_cloudwatch_metric_alarm.slow["get_thing"].evaluation_periods == 3 &&
      [for each in aws_cloudwatch_metric_alarm.slow["get_thing"].metric_query : try(each.metric[0].stat, each.expression)] == ["IF(requests >= 20, p99, 0)", "p99", "SampleCount"]
    )
    error_message = "An operation is slow if it is for a quarter of an hour, and for more than a few."
  }
}

run "every_table_and_each_of_its_indexes_is_watched_for_throttling" {
  command = plan
  assert {
    condition = jsonencode({
      for key, alarm in aws_cloudwatch_metric_alarm.throttled : key => distinct(flatten([for each in alarm.metric_query : each.metric[*].dimensions]))
      }) == jsonencode({
      things         = [{ TableName = "things-of-all-kinds-things" }]
      things-by_kind = [{ TableName = "things-of-all-kinds-things", GlobalSecondaryIndexName = "by_kind" }]
      plain          = [{ TableName = "things-of-all-kinds-plain" }]
      boxes          = [{ TableName = "things-of-all-kinds-boxes" }]
      boxes-newest   = [{ TableName = "things-of-all-kinds-boxes", GlobalSecondaryIndexName = "newest" }]
      boxes-by_kind  = [{ TableName = "things-of-all-kinds-boxes", GlobalSecondaryIndexName = "by_kind" }]
      former         = [{ TableName = "things-of-all-kinds-former" }]
    })
    error_message = "DynamoDB counts a table's throttling without that of its indexes."
  }
}

run "alarms_tell_nobody_unless_a_topic_is_given_and_stay_still_without_requests" {
  command = plan
  assert {
    condition = alltrue([
      for alarm in concat(
        values(aws_cloudwatch_metric_alarm.faults), values(aws_cloudwatch_metric_alarm.slow), values(aws_cloudwatch_metric_alarm.throttled),
        [aws_cloudwatch_metric_alarm.gateway, aws_cloudwatch_metric_alarm.function_throttled, aws_cloudwatch_metric_alarm.violations]
      ) : try(length(alarm.alarm_actions), 0) == 0 && alarm.treat_missing_data == "notBreaching"
    ])
    error_message = "An alarm has an action, or is raised where nothing happened."
  }
}

run "a_topic_is_told_of_every_alarm_when_it_begins_and_when_it_ends" {
  command = plan
  variables {
    alarm_topic_arn = "arn:aws:sns:us-east-1:123456789012:on-call"
  }
  assert {
    condition = alltrue([
      for alarm in concat(
        values(aws_cloudwatch_metric_alarm.faults), values(aws_cloudwatch_metric_alarm.slow), values(aws_cloudwatch_metric_alarm.throttled),
        [aws_cloudwatch_metric_alarm.gateway, aws_cloudwatch_metric_alarm.function_throttled, aws_cloudwatch_metric_alarm.violations]
      ) : one(alarm.alarm_actions) == var.alarm_topic_arn && one(alarm.ok_actions) == var.alarm_topic_arn
    ])
    error_message = "An alarm goes unheard."
  }
}

run "a_canary_looks_at_every_alarm" {
  command = plan
  assert {
    condition = output.alarms == tolist([for name in [
      "faults-delete_thing", "faults-get_thing", "function-throttled", "gateway", "slow-get_thing",
      "throttled-boxes", "throttled-boxes-by_kind", "throttled-boxes-newest", "throttled-former", "throttled-plain",
      "throttled-things", "throttled-things-by_kind", "violations",
    ] : "things-of-all-kinds-${name}"])
    error_message = "An alarm would be raised, and the new version go on."
  }
}

run "the_dashboard_has_a_row_for_all_requests_each_operation_that_has_metrics_and_each_table" {
  command = plan
  assert {
    condition = [
      for each in jsondecode(aws_cloudwatch_dashboard.this["things-of-all-kinds"].dashboard_body).widgets :
      "${each.y / 5}.${each.x / 6}: ${each.properties.title}"
      ] == [
      "0.0: All requests", "0.1: Faults (5xx)", "0.2: Milliseconds", "0.3: Cold starts",
      "1.0: DELETE /things/{thingId}", "1.1: Faults (5xx)", "1.2: Milliseconds", "1.3: Cold starts",
      "2.0: GET /things/{thingId}", "2.1: Faults (5xx)", "2.2: Milliseconds", "2.3: Cold starts",
      "3.0: boxes: units", "3.2: boxes: throttled", "4.0: former: units", "4.2: former: throttled",
      "5.0: plain: units", "5.2: plain: throttled", "6.0: things: units", "6.2: things: throttled",
    ]
    error_message = "A row is missing, or is not of what the contract has."
  }
  assert {
    condition = [
      for each in slice(jsondecode(aws_cloudwatch_dashboard.this["things-of-all-kinds"].dashboard_body).widgets, 8, 12) :
      [for metric in each.properties.metrics : "${join(" ", slice(metric, 0, 6))} ${metric[6].stat}"]
      ] == [
      ["things-of-all-kinds latencyMs service things-of-all-kinds operation get_thing SampleCount"],
      ["things-of-all-kinds fault service things-of-all-kinds operation get_thing Sum"],
      [for stat in ["p50", "p95", "p99"] : "things-of-all-kinds latencyMs service things-of-all-kinds operation get_thing ${stat}"],
      ["things-of-all-kinds coldStart service things-of-all-kinds operation get_thing Sum"],
    ]
    error_message = "An operation's row has other metrics than its own."
  }
  assert {
    condition = [
      for each in slice(jsondecode(aws_cloudwatch_dashboard.this["things-of-all-kinds"].dashboard_body).widgets, 0, 4) :
      [for metric in each.properties.metrics : "${join(" ", slice(metric, 0, 4))} ${metric[4].stat}"]
      ] == [
      ["things-of-all-kinds latencyMs service things-of-all-kinds SampleCount"],
      ["things-of-all-kinds fault service things-of-all-kinds Sum"],
      [for stat in ["p50", "p95", "p99"] : "things-of-all-kinds latencyMs service things-of-all-kinds ${stat}"],
      ["things-of-all-kinds coldStart service things-of-all-kinds Sum"],
    ]
    error_message = "The row of all requests has an operation's metrics."
  }
  assert {
    condition = [
      for each in jsondecode(aws_cloudwatch_dashboard.this["things-of-all-kinds"].dashboard_body).widgets :
      each.properties.annotations.horizontal if try(length(each.properties.annotations.horizontal) > 0, false)
    ] == [[{ label = "x-slo", value = 800 }]]
    error_message = "An objective is a line in the graph that it is about, and nowhere else."
  }
  assert {
    condition = [
      for metric in reverse(jsondecode(aws_cloudwatch_dashboard.this["things-of-all-kinds"].dashboard_body).widgets)[0].properties.metrics :
      [metric[1], reverse(metric)[0].label, reverse(metric)[1]]
      ] == [
      ["ReadThrottleEvents", "table: reads", "things-of-all-kinds-things"],
      ["WriteThrottleEvents", "table: writes", "things-of-all-kinds-things"],
      ["ReadThrottleEvents", "by_kind: reads", "things-of-all-kinds-things"],
      ["WriteThrottleEvents", "by_kind: writes", "things-of-all-kinds-things"],
    ]
    error_message = "A table's row has its own throttling, and that of its indexes."
  }
}

run "where_each_operation_has_metrics_each_has_a_row_and_the_function_knows" {
  command = plan
  variables {
    metrics_by = "operation"
  }
  assert {
    condition = [
      for each in jsondecode(aws_cloudwatch_dashboard.this["things-of-all-kinds"].dashboard_body).widgets :
      each.properties.title if each.x == 0 && each.width == 6
    ] == ["All requests", "DELETE /things/{thingId}", "GET /health", "GET /things/{thingId}"]
    error_message = "An operation is not shown."
  }
  assert {
    condition     = aws_lambda_function.this.environment[0].variables["METRICS_BY"] == "operation"
    error_message = "The function would not send what is shown."
  }
}

run "an_operators_questions_are_saved_and_ask_the_logs_that_know" {
  command = plan
  assert {
    condition = { for each in aws_cloudwatch_query_definition.this : each.name => join(" ", each.log_group_names) } == {
      "things-of-all-kinds/what failed"         = "/aws/lambda/things-of-all-kinds"
      "things-of-all-kinds/one request"         = "/aws/lambda/things-of-all-kinds /aws/vendedlogs/apigateway/things-of-all-kinds"
      "things-of-all-kinds/slowest requests"    = "/aws/lambda/things-of-all-kinds"
      "things-of-all-kinds/by operation"        = "/aws/lambda/things-of-all-kinds"
      "things-of-all-kinds/who calls most"      = "/aws/vendedlogs/apigateway/things-of-all-kinds"
      "things-of-all-kinds/what one caller did" = "/aws/lambda/things-of-all-kinds"
      "things-of-all-kinds/cold starts"         = "/aws/lambda/things-of-all-kinds"
    }
    error_message = "A question is missing, or asks a log that does not know."
  }
}
