"""What is tried with the credentials of a role. Each function gives calls by name; `outcome` says how one went."""

import io
import zipfile

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from template import ACCOUNT, REGIONS

REGION = REGIONS["aws"]
LAYER, STRANGER = "Klayers-p313-alpha", "somebody-elses-layer"
STAGING = f"klayers-staging-{REGION}-{ACCOUNT}"
NOT_STAGING = "somebody-elses-bucket"
REFUSALS = ("AccessDenied", "AccessDeniedException", "403")


def client(service, endpoint, credentials):
    """A client that asks once: a refusal is an answer."""
    config = Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"})
    keys = {"aws_access_key_id": credentials["AccessKeyId"], "aws_secret_access_key": credentials["SecretAccessKey"]}
    return boto3.client(service, endpoint_url=endpoint, region_name=REGION, config=config, aws_session_token=credentials["SessionToken"], **keys)


def outcome(call):
    """`allowed`, `refused`, or the code of another error, which only one who is allowed gets to see."""
    try:
        call()
    except ClientError as error:
        code = error.response["Error"]["Code"]
        return "refused" if code in REFUSALS else code
    return "allowed"


def on_layers(aws, iam, version):
    """The calls of all roles, and some of none. Both layers have the version."""
    layer, stranger = ({"LayerName": name, "VersionNumber": version} for name in (LAYER, STRANGER))
    public = {"Action": "lambda:GetLayerVersion", "Principal": "*"}
    function = {"FunctionName": "alpha", "Runtime": "python3.13", "Handler": "alpha.handler", "Role": f"arn:aws:iam::{ACCOUNT}:role/alpha"}
    return {
        "publish": lambda: publish(aws, LAYER),
        "publish under another name": lambda: publish(aws, STRANGER),
        "make public": lambda: aws.add_layer_version_permission(**layer, **public, StatementId="again"),
        "make public what has another name": lambda: aws.add_layer_version_permission(**stranger, **public, StatementId="again"),
        "get": lambda: aws.get_layer_version(**layer),
        "get what has another name": lambda: aws.get_layer_version(**stranger),
        "get its policy": lambda: aws.get_layer_version_policy(**layer),
        "list its versions": lambda: aws.list_layer_versions(LayerName=LAYER),
        "list layers": lambda: aws.list_layers(),
        "get account settings": lambda: aws.get_account_settings(),
        "make private": lambda: aws.remove_layer_version_permission(**layer, StatementId="public"),
        "delete": lambda: aws.delete_layer_version(**layer),
        "delete what has another name": lambda: aws.delete_layer_version(**stranger),
        "create a function": lambda: aws.create_function(**function, Code={"ZipFile": archive()}),
        "list functions": lambda: aws.list_functions(),
        "list roles": lambda: iam.list_roles(),
        "change its own role": lambda: iam.put_role_policy(RoleName="klayers-publisher", PolicyName="more", PolicyDocument="{}"),
    }


def on_buckets(s3):
    return {
        "stage": lambda: s3.put_object(Bucket=STAGING, Key="a.zip", Body=b"a"),
        "look at what is staged": lambda: s3.head_object(Bucket=STAGING, Key="staged.zip"),
        "look at what is not": lambda: s3.head_object(Bucket=STAGING, Key="absent.zip"),
        "unstage": lambda: s3.delete_object(Bucket=STAGING, Key="a.zip"),
        "stage in another bucket": lambda: s3.put_object(Bucket=NOT_STAGING, Key="a.zip", Body=b"a"),
        "make the bucket public": lambda: s3.delete_public_access_block(Bucket=STAGING),
        "delete the bucket": lambda: s3.delete_bucket(Bucket=STAGING),
    }


def publish(aws, layer):
    return aws.publish_layer_version(LayerName=layer, Content={"ZipFile": archive()})


def make_public(aws, layer, version):
    arguments = {"StatementId": "public", "Action": "lambda:GetLayerVersion", "Principal": "*"}
    aws.add_layer_version_permission(LayerName=layer, VersionNumber=version, **arguments)


def archive():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as layer:
        layer.writestr("python/alpha.py", "")
    return file.getvalue()
