variable "name" {
  type        = string
  default     = null
  description = "What everything is called, one name per deployment. By default it is made of the contract's title and, with ENV=…, of the environment."
  validation {
    condition     = var.name == null || can(regex("^[a-z][a-z0-9-]{1,38}[a-z0-9]$", var.name))
    error_message = "A name has 3 to 40 characters: lower-case letters, digits and hyphens, a letter first."
  }
  validation {
    condition     = var.name != null || can(regex("[a-z]", local.title))
    error_message = "The contract's title, ${local.contract.title}, has no letter of ASCII that a name could be made of: set `name`."
  }
  validation {
    condition     = var.name != null || can(regex("^[a-z][a-z0-9-]{0,18}[a-z0-9]$", terraform.workspace))
    error_message = "An environment, which is a workspace of Terraform, has a name of 2 to 20 characters: lower-case letters, digits and hyphens, a letter first."
  }
  validation {
    condition     = var.jwt != null || !can(regex("aws|amazon|cognito", var.name != null ? var.name : "${local.title}${local.environment}"))
    error_message = "The user pool's domain has this name, in which Cognito takes no aws, amazon or cognito: set another `name`, or a `jwt` issuer of your own."
  }
}

variable "region" {
  type        = string
  default     = "us-east-1"
  description = "The AWS region."
}

variable "package" {
  type        = string
  default     = "../build/lambda.zip"
  description = "The zip that `make package` builds. Routes, scopes, throttles, CORS and tables come from the manifest beside it, which the compiler wrote."
  validation {
    condition     = fileexists(var.package)
    error_message = "There is no ${var.package}: run `make package`, or `make deploy`, which does."
  }
  validation {
    condition     = fileexists("${trimsuffix(var.package, ".zip")}.json") || !fileexists(var.package)
    error_message = "${var.package} has no manifest beside it (${trimsuffix(var.package, ".zip")}.json): run `make package`, or `make deploy`, which does."
  }
  validation {
    condition     = try(jsondecode(file("${trimsuffix(var.package, ".zip")}.json")).package == filebase64sha256(var.package), !fileexists("${trimsuffix(var.package, ".zip")}.json"))
    error_message = "${trimsuffix(var.package, ".zip")}.json is the manifest of another zip than ${var.package}: run `make package`, or `make deploy`, which does."
  }
}

variable "contract" {
  type        = string
  default     = "../openapi.yaml"
  description = "The OpenAPI document that the package was built from. It is not read here: it must only be the same still."
  validation {
    condition     = fileexists(var.contract)
    error_message = "There is no ${var.contract}, the contract that the package was built from."
  }
  validation {
    condition     = try(filesha256(var.contract) == jsondecode(file("${trimsuffix(var.package, ".zip")}.json")).source, true)
    error_message = "${var.contract} has changed since the package was built: run `make package`, or `make deploy`, which does."
  }
  validation {
    condition     = alltrue([for part, digest in try(jsondecode(file("${trimsuffix(var.package, ".zip")}.json")).parts, {}) : try(filesha256("${dirname(var.contract)}/${part}") == digest, false)])
    error_message = "A file that ${var.contract} refers to has changed since the package was built: run `make package`, or `make deploy`, which does."
  }
}

variable "jwt" {
  type        = object({ issuer = string, audience = list(string) })
  default     = null
  description = "Whose tokens are accepted. Without it, a Cognito user pool is created that issues them."
  validation {
    condition     = var.jwt == null || can(regex("^(https://|http://127\\.0\\.0\\.1[:/])[^ ]+$", var.jwt.issuer))
    error_message = "The issuer is an https URL (http only for a local issuer at 127.0.0.1)."
  }
  validation {
    condition     = try(length(var.jwt.audience) > 0, var.jwt == null)
    error_message = "Name at least one audience; without one every token of the issuer would be accepted."
  }
}

variable "clients" {
  type = map(object({
    scopes      = optional(list(string), [])
    generations = optional(list(string), ["1"])
  }))
  default     = null
  description = "The machine clients of the user pool, by name: the scopes of the contract that each may get, and its generations, each of which has an id and a secret of its own. Without it there is one, machine, that may get every scope."
  validation {
    condition     = var.clients == null || var.jwt == null
    error_message = "With a `jwt` issuer of your own no user pool is made, and so no clients: make them there."
  }
  validation {
    condition     = alltrue([for name in keys(coalesce(var.clients, {})) : can(regex("^[a-z][a-z0-9-]{0,38}[a-z0-9]$", name))])
    error_message = "A client's name has 2 to 40 characters: lower-case letters, digits and hyphens, a letter first."
  }
  validation {
    condition     = length(setsubtract(flatten([for client in values(coalesce(var.clients, {})) : client.scopes]), local.contract.scopes)) == 0
    error_message = "No operation of the contract asks for ${join(", ", setsubtract(flatten([for client in values(coalesce(var.clients, {})) : client.scopes]), local.contract.scopes))}. Its scopes are ${join(", ", local.contract.scopes)}."
  }
  validation {
    condition     = alltrue([for client in values(coalesce(var.clients, {})) : length(client.scopes) > 0 || length(client.generations) == 0])
    error_message = "Without scopes a client can call nothing. Give one to ${join(", ", [for name, client in coalesce(var.clients, {}) : name if length(client.scopes) == 0 && length(client.generations) > 0])}: ${join(", ", local.contract.scopes)}."
  }
  validation {
    condition = alltrue(flatten([
      for client in values(coalesce(var.clients, {})) : [
        length(distinct(client.generations)) == length(client.generations),
        [for each in client.generations : can(regex("^[A-Za-z0-9][A-Za-z0-9_-]{0,19}$", each))],
      ]
    ]))
    error_message = "A client's generations differ, and have 1 to 20 letters, digits, hyphens and underscores each, as 2026-07."
  }
  validation {
    condition     = var.clients == null || contains(range(1, 51), sum(concat([0], [for client in values(coalesce(var.clients, {})) : length(client.generations)])))
    error_message = "API Gateway accepts the tokens of 1 to 50 generations of clients, all together."
  }
}

variable "domain" {
  type = object({
    name            = string
    certificate_arn = optional(string)
    zone_id         = optional(string)
    default_address = optional(bool, false)
  })
  default     = null
  description = "A name of your own for the API, as api.example.com, with the ARN of a certificate for it, or the id of the public Route 53 zone that it is in: then a certificate and the records are made. The address that API Gateway gives is switched off, unless default_address is true."
  validation {
    condition     = var.domain == null || can(regex("^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$", var.domain.name)) && length(try(var.domain.name, "")) <= 253
    error_message = "A domain is the name of a host alone, in lower case and ASCII (xn--… for other letters): api.example.com, without scheme, port, path, wildcard or a dot at its end."
  }
  validation {
    condition     = var.domain == null || try(var.domain.certificate_arn, null) != null || try(var.domain.zone_id, null) != null
    error_message = "A domain needs a certificate: give the certificate_arn of one, or the zone_id of the Route 53 zone in which Terraform may prove that the name is yours."
  }
  validation {
    condition     = try(var.domain.certificate_arn, null) == null || can(regex("^arn:aws[a-z-]*:acm:${var.region}:[0-9]{12}:certificate/[0-9a-zA-Z-]+$", var.domain.certificate_arn))
    error_message = "API Gateway takes a certificate of its own region, as arn:aws:acm:${var.region}:123456789012:certificate/…"
  }
  validation {
    condition     = try(var.domain.zone_id, null) == null || can(regex("^Z[A-Z0-9]{1,31}$", var.domain.zone_id))
    error_message = "The zone_id is the id of a Route 53 zone, as Z0123456789ABCDEFGHIJ, not its name."
  }
  validation {
    condition     = try(var.domain.certificate_arn, null) != null || length(try(var.domain.name, "")) <= 64
    error_message = "ACM makes certificates for names of up to 64 characters: give the certificate_arn of another one."
  }
}

variable "cors_origins" {
  type        = list(string)
  default     = []
  description = "Web origins whose pages may call the API; [\"*\"] for all, [] for none."
  validation {
    # What a browser's Origin can be (RFC 6454, section 6.2): handlers/cors.py has the same, for any scheme.
    condition = alltrue([for origin in var.cors_origins : can(regex(
      "^(\\*|https?://(([a-z0-9_]([a-z0-9_-]*[a-z0-9_])?\\.)*([0-9][0-9-]*)?[a-z_]([a-z0-9_-]*[a-z0-9_])?\\.?|(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(\\.(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])){3}|\\[[0-9a-f:]+\\])(:([1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5]))?)$", origin
    )) && !can(regex("^(http:.*:80|https:.*:443|https?://([^/]*\\.)?0x[0-9a-f]*\\.?(:[0-9]+)?)$", origin))])
    error_message = "No browser sends all of ${join(", ", var.cors_origins)} as an origin. Write scheme, host and, if it is not the usual one, port, in lower case and ASCII, with nothing after them (https://app.example.com), or \"*\" for all."
  }
  validation {
    condition     = alltrue([for address in flatten(regexall("\\[(.*)\\]", join("\n", var.cors_origins))) : try(cidrhost("${address}/128", 0) == address, false)])
    error_message = "An IPv6 address of ${join(", ", var.cors_origins)} is not written as browsers write it: shortened, as in http://[::1]:3000."
  }
}

variable "throttle" {
  type        = object({ rate = number, burst = number })
  default     = { rate = 100, burst = 200 }
  description = "Requests a second, and at once, that each route takes unless the contract's x-throttle says otherwise."
  validation {
    condition     = var.throttle.rate >= 1 && var.throttle.burst >= 1
    error_message = "A throttle below 1 would refuse every request."
  }
}

variable "memory_mb" {
  type        = number
  default     = 1024
  description = "The function's memory. CPU comes in proportion; 1,769 MB is one core."
  validation {
    condition     = var.memory_mb >= 128 && var.memory_mb <= 10240 && floor(var.memory_mb) == var.memory_mb
    error_message = "Lambda gives a function 128 to 10240 MB."
  }
}

variable "timeout_s" {
  type        = number
  default     = 15
  description = "How long one request may take. Some 3 seconds before, no call to the database begins any more, so that there is an answer (503)."
  validation {
    condition     = var.timeout_s >= 5 && var.timeout_s <= 29 && floor(var.timeout_s) == var.timeout_s
    error_message = "5 seconds at least, so that a call to the database can end with an answer, and 29 at most: API Gateway gives up after 30."
  }
}

variable "snapstart" {
  type        = bool
  default     = false
  description = "Start new instances from a snapshot of an initialised one. It shortens cold starts and is billed."
}

variable "forward" {
  type        = bool
  default     = null
  description = "After a rollback: true goes forward to the newest version, false refuses to plan, null leaves the API at the version that it was rolled back to."
}

variable "canary" {
  type        = bool
  default     = false
  description = "Publish a new version, and leave the API where it is: `make deploy CANARY=10` says so, and moves it by itself."
}

variable "tracing" {
  type        = bool
  default     = false
  description = "Send traces to X-Ray."
}

variable "log_level" {
  type        = string
  default     = "INFO"
  description = "The least severe log line that the function writes."
  validation {
    condition     = contains(["DEBUG", "INFO", "WARNING", "ERROR"], var.log_level)
    error_message = "A level is DEBUG, INFO, WARNING or ERROR."
  }
}

variable "metrics_by" {
  type        = string
  default     = "service"
  description = "What has metrics of its own: the service as a whole and each operation with an objective (x-slo), or each operation."
  validation {
    condition     = contains(["service", "operation"], var.metrics_by)
    error_message = "Metrics are by service or by operation."
  }
}

variable "log_retention_days" {
  type        = number
  default     = 30
  description = "How long logs are kept."
  validation {
    condition = contains(
      [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653],
      var.log_retention_days
    )
    error_message = "CloudWatch keeps logs for 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, … days."
  }
}

variable "alarm_topic_arn" {
  type        = string
  default     = null
  description = "The ARN of an SNS topic that is told when an alarm begins and ends. Without it, alarms are only shown."
  validation {
    condition     = var.alarm_topic_arn == null || can(regex("^arn:aws[a-z-]*:sns:${var.region}:[0-9]{12}:[A-Za-z0-9_-]{1,256}$", var.alarm_topic_arn))
    error_message = "CloudWatch tells a topic of its own region, as arn:aws:sns:${var.region}:123456789012:…; a FIFO topic takes no alarms."
  }
}

variable "docs" {
  type        = bool
  default     = true
  description = "Serve the docs page, if the contract has one. It is 0.2 MB, and anybody may ask for it."
}

variable "deletion_protection" {
  type        = bool
  default     = true
  description = "Refuse to delete the tables and the user pool, and so to destroy any of it. Turn it off where nobody would miss the data."
}

variable "restore" {
  type        = list(object({ tables = list(string), at = string }))
  default     = []
  description = "Tables to be as they were at a time, such as { tables = [\"users\", \"emails\"], at = \"2026-01-31T09:30:00Z\" }: restored into new ones, which the API then uses. An entry stays: what is restored again is a further one."
  validation {
    condition     = alltrue([for each in var.restore : can(regex("^[0-9-]+T[0-9:]+Z$", each.at)) && can(formatdate("YYYY", each.at))])
    error_message = "A table is restored as it was at a time of UTC: write at = \"2026-01-31T09:30:00Z\"."
  }
  validation {
    condition     = alltrue([for each in var.restore : length(each.tables) > 0 && length(setsubtract(each.tables, keys(local.tables))) == 0])
    error_message = "The contract has the tables ${join(", ", keys(local.tables))}, and no ${join(", ", setsubtract(flatten(var.restore[*].tables), keys(local.tables)))}: name at least one that it has."
  }
  validation {
    condition     = length(flatten(var.restore[*].tables)) == length(distinct(flatten([for each in var.restore : [for table in each.tables : "${table} ${each.at}"]])))
    error_message = "A table is restored as it was at some time once only."
  }
}

variable "superseded" {
  type        = string
  default     = "keep"
  description = "What becomes of tables that restored ones took the place of: keep them, unprotect them, or delete them, which takes a deployment with unprotect first."
  validation {
    condition     = contains(["keep", "unprotect", "delete"], var.superseded)
    error_message = "What was superseded is there to keep, to unprotect or to delete."
  }
}

variable "kms_key" {
  type        = string
  default     = null
  description = "The ARN of a KMS key of yours, which then encrypts the tables, and is billed. Without it, a key that AWS owns encrypts them, free of charge."
  validation {
    condition     = var.kms_key == null || can(regex("^arn:aws[a-z-]*:kms:${var.region}:[0-9]{12}:key/[0-9a-z-]+$", var.kms_key))
    error_message = "DynamoDB takes a key of its own region, as arn:aws:kms:${var.region}:123456789012:key/…"
  }
}
