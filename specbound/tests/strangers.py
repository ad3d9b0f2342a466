"""Events that are no HTTP request, in the shapes of AWS's documentation: who sends each, and an event of theirs."""

from typing import Any

ACCOUNT = "111122223333"
METHOD = f"arn:aws:execute-api:eu-west-1:{ACCOUNT}:a1b2c3/prod/GET/users"


def bus(source: str, detail_type: str, detail: Any = None) -> dict[str, Any]:
    return {
        "version": "0",
        "id": "53dc4d37-cffa-4f76-80c9-8b7d4a4d2eaa",
        "detail-type": detail_type,
        "source": source,
        "account": ACCOUNT,
        "time": "2026-01-31T09:30:00Z",
        "region": "eu-west-1",
        "resources": [f"arn:aws:events:eu-west-1:{ACCOUNT}:rule/hourly"],
        "detail": detail or {},
    }


def records(source: str, **parts: Any) -> dict[str, Any]:
    return {"Records": [{"eventSource": source, "awsRegion": "eu-west-1", "eventVersion": "1.0"} | parts] * 2}


STRANGERS: list[tuple[str, Any]] = [
    ("a schedule", bus("aws.events", "Scheduled Event")),
    ("a schedule", bus("aws.scheduler", "Scheduled Event", "{}")),
    ("EventBridge", bus("aws.ec2", "EC2 Instance State-change Notification", {"state": "running"})),
    ("EventBridge", bus("com.example.shop", "order placed", {"order": 1})),
    ("a warm-up", {"source": "serverless-plugin-warmup"}),
    ("a warm-up", {"warmer": True, "concurrency": 3}),
    ("a warm-up", {"warmup": True}),
    ("a warm-up", {"ping": "pong"}),
    ("SQS", records("aws:sqs", messageId="m1", receiptHandle="r1", body='{"a": 1}', attributes={}, md5OfBody="x")),
    ("SNS", {"Records": [{"EventSource": "aws:sns", "EventVersion": "1.0", "Sns": {"Message": "x", "TopicArn": "t"}}]}),
    ("S3", records("aws:s3", eventName="ObjectCreated:Put", s3={"bucket": {"name": "b"}, "object": {"key": "k"}})),
    ("SES", {"Records": [{"eventSource": "aws:ses", "eventVersion": "1.0", "ses": {"mail": {}, "receipt": {}}}]}),
    ("DynamoDB", records("aws:dynamodb", eventName="INSERT", dynamodb={"Keys": {"id": {"S": "1"}}})),
    ("Kinesis", records("aws:kinesis", kinesis={"partitionKey": "p", "data": "aGVsbG8=", "sequenceNumber": "1"})),
    ("CodeCommit", records("aws:codecommit", codecommit={"references": []})),
    ("CloudFront", {"Records": [{"cf": {"config": {}, "request": {"method": "GET", "uri": "/users", "headers": {}}}}]}),
    ("Kafka", {"eventSource": "aws:kafka", "bootstrapServers": "b:9092", "records": {"t-0": [{"value": "eA=="}]}}),
    ("Kafka", {"eventSource": "SelfManagedKafka", "bootstrapServers": "b:9092", "records": {}}),
    ("Amazon MQ", {"eventSource": "aws:mq", "eventSourceArn": "arn", "messages": [{"data": "eA=="}]}),
    ("Amazon MQ", {"eventSource": "aws:rmq", "eventSourceArn": "arn", "rmqMessagesByQueue": {"q::/": []}}),
    ("Firehose", {"invocationId": "i", "deliveryStreamArn": "arn", "records": [{"data": "eA=="}]}),
    ("CloudWatch Logs", {"awslogs": {"data": "H4sIAAAAAAAA"}}),
    ("a load balancer", {
        "requestContext": {"elb": {"targetGroupArn": "arn:aws:elasticloadbalancing:eu-west-1:1:targetgroup/t/1"}},
        "httpMethod": "GET", "path": "/users", "queryStringParameters": {},
        "headers": {"user-agent": "ELB-HealthChecker/2.0"}, "body": "", "isBase64Encoded": False,
    }),
    ("a load balancer", {
        "requestContext": {"elb": {"targetGroupArn": "arn"}}, "httpMethod": "POST", "path": "/users",
        "multiValueQueryStringParameters": {}, "multiValueHeaders": {"host": ["lb.example.com"]}, "body": "{}",
        "isBase64Encoded": False,
    }),
    ("VPC Lattice", {
        "version": "2.0", "path": "/users", "method": "GET", "headers": {"host": ["s.example.com"]},
        "requestContext": {"serviceNetworkArn": "arn", "serviceArn": "arn", "identity": {}, "timeEpoch": "1"},
    }),
    ("a WebSocket", {
        "headers": {"Host": "w1.execute-api.eu-west-1.amazonaws.com", "Sec-WebSocket-Version": "13"},
        "multiValueHeaders": {"Host": ["w1.execute-api.eu-west-1.amazonaws.com"]},
        "requestContext": {"routeKey": "$connect", "eventType": "CONNECT", "connectionId": "L0SM9cOFvHcCIhw=",
                           "stage": "prod", "apiId": "w1", "requestId": "r"},
        "isBase64Encoded": False,
    }),
    ("a WebSocket", {
        "requestContext": {"routeKey": "$default", "eventType": "MESSAGE", "connectionId": "L0SM9cOFvHcCIhw=",
                           "messageId": "m", "messageDirection": "IN", "stage": "prod"},
        "body": '{"action": "x"}', "isBase64Encoded": False,
    }),
    ("a gateway that asks an authorizer", {"type": "TOKEN", "authorizationToken": "Bearer x", "methodArn": METHOD}),
    ("a gateway that asks an authorizer", {
        "type": "REQUEST", "methodArn": METHOD, "resource": "/users", "path": "/users", "httpMethod": "GET",
        "headers": {}, "requestContext": {"stage": "prod", "path": "/prod/users"},
    }),
    ("a gateway that asks an authorizer", {
        "version": "2.0", "type": "REQUEST", "routeArn": METHOD, "identitySource": ["x"], "routeKey": "GET /users",
        "rawPath": "/users", "headers": {}, "requestContext": {"http": {"method": "GET", "path": "/users"}},
    }),
    ("Cognito", {
        "version": "1", "triggerSource": "PreSignUp_SignUp", "region": "eu-west-1", "userPoolId": "eu-west-1_a",
        "userName": "ada", "callerContext": {"clientId": "c"}, "request": {"userAttributes": {}}, "response": {},
    }),
    ("Step Functions", {"Execution": {"Id": "arn"}, "StateMachine": {"Id": "arn"}, "State": {"Name": "x"}}),
    ("CloudFormation", {"RequestType": "Create", "ResponseURL": "https://x", "StackId": "s", "ResourceProperties": {}}),
    ("AWS Config", {"invokingEvent": "{}", "ruleParameters": "{}", "resultToken": "t", "configRuleName": "r"}),
    ("CodePipeline", {"CodePipeline.job": {"id": "1", "accountId": ACCOUNT, "data": {}}}),
    ("S3 Object Lambda", {"getObjectContext": {"inputS3Url": "https://x"}, "userRequest": {"headers": {}}}),
    ("a Bedrock agent", {
        "messageVersion": "1.0", "agent": {"name": "a"}, "actionGroup": "g", "apiPath": "/users", "httpMethod": "GET",
        "parameters": [], "sessionId": "1",
    }),
    ("a Bedrock agent", {"messageVersion": "1.0", "agent": {}, "actionGroup": "g", "function": "f", "parameters": []}),
    ("VPC Lattice", {"raw_path": "/users", "method": "GET", "headers": {}, "body": "", "is_base64_encoded": False}),
    ("AppSync", {"arguments": {"id": "1"}, "identity": None, "source": None, "request": {"headers": {}},
                 "info": {"fieldName": "getUser", "parentTypeName": "Query", "variables": {}}, "stash": {}}),
    ("Lex", {"sessionState": {"intent": {}}, "bot": {"name": "b"}, "invocationSource": "DialogCodeHook"}),
    ("Secrets Manager", {"Step": "createSecret", "SecretId": "arn", "ClientRequestToken": "t"}),
    ("CloudWatch", {"source": "aws.cloudwatch", "alarmArn": "arn", "accountId": ACCOUNT, "alarmData": {}}),
    ("CodeDeploy", {"DeploymentId": "d", "LifecycleEventHookExecutionId": "x"}),
    ("S3 Batch Operations", {"invocationSchemaVersion": "1.0", "job": {"id": "j"}, "tasks": [{"taskId": "t"}]}),
    ("DocumentDB", {"eventSourceArn": "arn", "events": [{"event": {}}], "eventSource": "aws:docdb"}),
    ("IoT Core", {"token": "t", "signatureVerified": False, "protocols": ["tls"], "protocolData": {}}),
    ("a Lambda destination", {"version": "1.0", "requestContext": {"requestId": "r", "condition": "Success"},
                              "requestPayload": {}, "responseContext": {"statusCode": 200}, "responsePayload": {}}),
    ("a Lambda destination", {"version": "1.0", "requestContext": {"requestId": "r"}, "DDBStreamBatchInfo": {}}),
    ("SQS", records("aws:sqs", messageId="m1", body="x")["Records"]),
    ("DynamoDB", records("aws:dynamodb", eventName="INSERT")["Records"]),
    ("Kinesis", records("aws:kinesis", data="eA==")["Records"]),
    ("a test in the console", {"key1": "value1", "key2": "value2", "key3": "value3"}),
    *(("unknown", each) for each in (
        None, {}, [], "", "text", 0, 5, True, 1.5, [{}], {"Records": []}, {"Records": None}, {"Records": "x"},
        {"Records": {"a": 1}}, {"Records": [None]}, {"requestContext": {}}, {"requestContext": None},
        {"requestContext": "x"}, {"requestContext": {"stage": "prod"}}, {"body": "x"}, {"source": 5},
        {"order": {"id": 1}},
    )),
]  # fmt: skip
