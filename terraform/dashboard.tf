# What an operator looks at: a row for all requests, one for each operation that has metrics of its own, and one for each
# table. CloudWatch shows up to 500 widgets on a dashboard, so a hundred of the former are on each.
locals {
  # HEAD is answered by GET's operation, and counted with it.
  operations = {
    for key, route in local.routes : route.id => merge(route, { key = key })
    if !(route.method == "HEAD" && try(local.routes[replace(key, "/^HEAD /", "GET ")].id, null) == route.id)
  }
  # The function knows by the same rule which operations have metrics of their own.
  measured = {
    for id, operation in local.operations : id => operation
    if var.metrics_by == "operation" || operation.slo.p99_ms != null || operation.slo.fault_share != null
  }
  requests = merge(
    { "" = { title = "All requests", dimensions = [], line = null } },
    { for id, operation in local.measured : id => { title = operation.key, dimensions = ["operation", id], line = operation.slo.p99_ms } }
  )
  # Whose throttling DynamoDB counts: tables, and each index of theirs.
  throttled = merge(
    { for name, key in local.current : name => { TableName = aws_dynamodb_table.this[key].name } },
    merge([
      for name, table in local.tables : {
        for index in keys(table.indexes) :
        "${name}-${index}" => { TableName = aws_dynamodb_table.this[local.current[name]].name, GlobalSecondaryIndexName = index }
      }
    ]...)
  )
  # Each graph of a row: its title, what it shows of which metric, and at what line.
  graphs = {
    for id, row in local.requests : id => [
      { title = row.title, metric = "latencyMs", stats = { SampleCount = "requests" }, line = null },
      { title = "Faults (5xx)", metric = "fault", stats = { Sum = "faults" }, line = null },
      { title = "Milliseconds", metric = "latencyMs", stats = { p50 = "p50", p95 = "p95", p99 = "p99" }, line = row.line },
      { title = "Cold starts", metric = "coldStart", stats = { Sum = "cold starts" }, line = null },
    ]
  }
  table_graphs = {
    for name, table in local.tables : name => [
      { title = "${name}: units", metrics = { ConsumedReadCapacityUnits = "read", ConsumedWriteCapacityUnits = "written" } },
      { title = "${name}: throttled", metrics = { ReadThrottleEvents = "reads", WriteThrottleEvents = "writes" } },
    ]
  }
  dashboards = { for number, ids in chunklist(keys(local.requests), 100) : number == 0 ? local.name : "${local.name}-${number + 1}" => ids }
}

resource "aws_cloudwatch_dashboard" "this" {
  for_each = local.dashboards

  dashboard_name = each.key
  dashboard_body = jsonencode({
    widgets = concat(
      flatten([
        for row, id in each.value : [
          for column, graph in local.graphs[id] : {
            type = "metric", x = 6 * column, y = 5 * row, width = 6, height = 5
            properties = {
              title   = graph.title
              region  = var.region
              period  = 300
              metrics = [for stat, label in graph.stats : concat([local.name, graph.metric, "service", local.name], local.requests[id].dimensions, [{ stat = stat, label = label }])]
              yAxis   = { left = { min = 0 } }
              annotations = {
                horizontal = [for line in graph.line[*] : { value = line, label = "x-slo" }]
              }
            }
          }
        ]
      ]),
      flatten([
        for row, name in keys(local.tables) : [
          for column, graph in local.table_graphs[name] : {
            type = "metric", x = 12 * column, y = 5 * (length(each.value) + row), width = 12, height = 5
            properties = {
              title  = graph.title
              region = var.region
              period = 300
              stat   = "Sum"
              metrics = [
                for pair in setproduct(
                  [for key, dimensions in local.throttled : dimensions if dimensions.TableName == aws_dynamodb_table.this[local.current[name]].name],
                  [for metric, label in graph.metrics : { metric = metric, label = label }]
                  ) : concat(
                  ["AWS/DynamoDB", pair[1].metric],
                  flatten([for dimension, value in pair[0] : [dimension, value]]),
                  [{ label = "${try(pair[0].GlobalSecondaryIndexName, "table")}: ${pair[1].label}" }]
                )
              ]
              yAxis = { left = { min = 0 } }
            }
          }
        ] if each.key == local.name
      ]),
    )
  })
}
