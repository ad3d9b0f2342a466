"""No API at all: what every function pays for a DynamoDB client."""

import boto3

client = boto3.client("dynamodb")
