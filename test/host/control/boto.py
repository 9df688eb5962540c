"""Everything once, as programs in Python do it; prints what came of it as JSON."""

import json
import sys

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

endpoint, code = sys.argv[1], sys.stdin.buffer.read()
role = "arn:aws:iam::000000000000:role/anything"


def connect(service="lambda", **keys):
    keys = {"aws_access_key_id": "AKIDTEST", "aws_secret_access_key": "right", **keys}
    config = Config(retries={"total_max_attempts": 1})
    return boto3.client(service, endpoint_url=endpoint, region_name="eu-west-1", config=config, **keys)


def refusal(call, **arguments):
    try:
        call(**arguments)
    except ClientError as error:
        return [error.response["Error"]["Code"], error.response["ResponseMetadata"]["HTTPStatusCode"]]
    return None


def invoke(name, **arguments):
    answer = client.invoke(FunctionName=name, Payload=json.dumps({"n": 1}), **arguments)
    return [json.loads(answer["Payload"].read() or "null"), answer.get("ExecutedVersion"), answer["StatusCode"]]


client = connect()
result = {}
given = {"Runtime": "nodejs22.x", "Handler": "index.handler", "Role": role, "Code": {"ZipFile": code}}
client.create_function(FunctionName="boto", Tags={"a": "b"}, **given)
client.get_waiter("function_active_v2").wait(FunctionName="boto")
result["invoke"] = invoke("boto")
client.update_function_configuration(FunctionName="boto", MemorySize=256, Environment={"Variables": {"A1": "ü"}})
client.get_waiter("function_updated_v2").wait(FunctionName="boto")
client.publish_version(FunctionName="boto")
client.create_alias(FunctionName="boto", Name="live", FunctionVersion="1")
result["alias"] = invoke("boto", Qualifier="live")
result["event"] = invoke("boto", InvocationType="Event")[2]
result["dry"] = invoke("boto", InvocationType="DryRun")[2]
arn = client.get_function(FunctionName="boto")["Configuration"]["FunctionArn"]
client.tag_resource(Resource=arn, Tags={"c": "d"})
client.untag_resource(Resource=arn, TagKeys=["a"])
result["tags"] = client.list_tags(Resource=arn)["Tags"]
client.add_permission(FunctionName="boto", StatementId="s", Action="lambda:InvokeFunction", Principal="sns.amazonaws.com")
result["policy"] = json.loads(client.get_policy(FunctionName="boto")["Policy"])["Statement"][0]["Principal"]
client.put_function_concurrency(FunctionName="boto", ReservedConcurrentExecutions=0)
result["throttled"] = refusal(client.invoke, FunctionName="boto")
pages = client.get_paginator("list_functions").paginate(PaginationConfig={"PageSize": 1})
result["listed"] = [one["FunctionName"] for page in pages for one in page["Functions"]]
result["twice"] = refusal(client.create_function, FunctionName="boto", **given)
result["stale"] = refusal(client.update_function_code, FunctionName="boto", ZipFile=code, RevisionId="x")
client.delete_function(FunctionName="boto")
result["gone"] = refusal(client.get_function, FunctionName="boto")
result["account"] = connect("sts").get_caller_identity()["Account"]
result["wrong"] = refusal(connect(aws_secret_access_key="wrong").list_functions)
result["unknown"] = refusal(connect(aws_access_key_id="AKIDOTHER").list_functions)
print(json.dumps(result))
