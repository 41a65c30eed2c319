"""The account of AWS, which is ministack: its roles as `pipeline/aws/roles.yaml` makes them, and what a stranger sees in it.

ministack knows two claims of a token, `aud` and `sub`, and takes every reading of a layer for `ListLayers`; what it is told
more or less for that reason is what tests/infrastructure/roles.py tells it.
"""

import json

import boto3
import roles
import template
from botocore.config import Config
from botocore.exceptions import ClientError


class Account:
    """What is in it is read with keys that may do all, as nobody who works here has them."""

    number = template.ACCOUNT

    def __init__(self, endpoint, repository, prefix):
        self.endpoint = endpoint
        owner, name = repository.name.split("/")
        wanted = {"GitHubOwner": owner, "GitHubOwnerId": str(repository.owner_id), "GitHubRepository": name, "GitHubRepositoryId": str(repository.id)}
        roles.PARAMETERS.update(wanted | {"LayerPrefix": prefix, "StagingBucketPrefix": ""})
        account = roles.Account(endpoint, roles.__file__.replace("tests/infrastructure/roles.py", "pipeline/aws/roles.yaml"))
        roles.deploy(account)
        roles.suit_ministack(account)
        for role in roles.ENVIRONMENTS:
            resource = f"arn:aws:lambda:*:{template.ACCOUNT}:layer:{prefix}-*"
            reading = roles.policy([{"Effect": "Allow", "Action": "lambda:ListLayers", "Resource": resource}])
            account.iam.put_role_policy(RoleName=roles.name_of(role), PolicyName="ministack", PolicyDocument=reading)
        self.roles = {roles.ENVIRONMENTS[role]: account.iam.get_role(RoleName=roles.name_of(role))["Role"]["Arn"] for role in roles.ENVIRONMENTS}

    def client(self, service, region):
        config = Config(retries={"total_max_attempts": 2})
        return boto3.client(
            service, endpoint_url=self.endpoint, region_name=region, aws_access_key_id="test", aws_secret_access_key="test", config=config
        )

    def layers(self, regions, prefix):
        """The ARN of every layer version in these regions, with whether everybody may use it."""
        found = {}
        for region in regions:
            client = self.client("lambda", region)
            for page in client.get_paginator("list_layers").paginate():
                for layer in page["Layers"]:
                    if layer["LayerName"].startswith(f"{prefix}-"):
                        versions = client.get_paginator("list_layer_versions").paginate(LayerName=layer["LayerName"])
                        for version in (version for page in versions for version in page["LayerVersions"]):
                            found[version["LayerVersionArn"]] = self._is_public(client, layer["LayerName"], version["Version"])
        return found

    def _is_public(self, client, layer, version):
        try:
            policy = json.loads(client.get_layer_version_policy(LayerName=layer, VersionNumber=version)["Policy"])
        except ClientError as error:
            if error.response["Error"]["Code"] == "ResourceNotFoundException":
                return False
            raise
        return any(one["Principal"] in ("*", {"AWS": "*"}) and "Condition" not in one for one in policy["Statement"])
