"""Makes the roles of the template in an emulator of AWS, logs in, and tries what they may do. It judges nothing: it
prints what happened, as JSON, and tests/infrastructure.rs says what should have.

    python roles.py ministack|moto ENDPOINT TEMPLATE    the outcome of every login and call
    python roles.py credentials ENDPOINT TEMPLATE       temporary credentials of the three roles, from ministack
"""

import base64
import json
import sys
import urllib.request

import calls
import template

GITHUB = "token.actions.githubusercontent.com"
ENVIRONMENTS = {"publisher": "aws-publish", "expirer": "aws-expire", "auditor": "aws-audit"}
PARAMETERS = {
    "GitHubOwner": "Octo",
    "GitHubOwnerId": "583231",
    "GitHubRepository": "layers",
    "GitHubRepositoryId": "1296269",
    "StagingBucketPrefix": "klayers-staging",
}
# All that ministack knows of a token. A condition on another claim never holds there.
KNOWN_CLAIMS = ("aud", "sub", "amr")
ROOT = {"AccessKeyId": "test", "SecretAccessKey": "test", "SessionToken": None}


class Account:
    """An emulator, as its owner sees it before anybody else comes."""

    def __init__(self, endpoint, path):
        self.endpoint = endpoint
        self.template = template.load(path)
        self.iam = self.client("iam")
        provider = self.iam.create_open_id_connect_provider(Url=f"https://{GITHUB}", ClientIDList=["sts.amazonaws.com"], ThumbprintList=[])
        self.parameters = PARAMETERS | {"OidcProviderArn": provider["OpenIDConnectProviderArn"]}

    def client(self, service, credentials=ROOT):
        return calls.client(service, self.endpoint, credentials)

    def expected(self):
        """Each role as template.py says that the template makes it: its trust, and its permissions by name."""
        made = template.resources(self.template, "aws", self.parameters)
        roles = {role: made[role.capitalize()] for role in ENVIRONMENTS}
        policies = {role: {policy["PolicyName"]: policy["PolicyDocument"] for policy in made["Policies"]} for role, made in roles.items()}
        return {role: (roles[role]["AssumeRolePolicyDocument"], policies[role]) for role in roles}

    def held(self):
        """Each role as the account has it."""
        return {role: (self.trust(role), self.policies(role)) for role in ENVIRONMENTS}

    def trust(self, role):
        return self.iam.get_role(RoleName=name_of(role))["Role"]["AssumeRolePolicyDocument"]

    def policies(self, role):
        names = self.iam.list_role_policies(RoleName=name_of(role))["PolicyNames"]
        return {name: self.iam.get_role_policy(RoleName=name_of(role), PolicyName=name)["PolicyDocument"] for name in names}

    def log_in(self, role, web_identity):
        arn = self.iam.get_role(RoleName=name_of(role))["Role"]["Arn"]
        asked = {"RoleArn": arn, "RoleSessionName": "run-1-1", "WebIdentityToken": web_identity}
        return self.client("sts").assume_role_with_web_identity(**asked)["Credentials"]

    def fill(self):
        """Makes what the calls of each role, in its turn, find."""
        aws, s3 = self.client("lambda"), self.client("s3")
        for version in range(1, len(ENVIRONMENTS) + 1):
            for layer in (calls.LAYER, calls.STRANGER):
                calls.publish(aws, layer)
                calls.make_public(aws, layer, version)
        for bucket in (calls.STAGING, calls.NOT_STAGING):
            s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": calls.REGION})
        s3.put_object(Bucket=calls.STAGING, Key="staged.zip", Body=b"a")


def deploy(account):
    """Makes the roles by ministack's CloudFormation. It knows no identity providers, so that one is there already."""
    document = without_provider(account.template)
    del document["Resources"]["GitHub"]
    cloudformation = account.client("cloudformation")
    parameters = [{"ParameterKey": name, "ParameterValue": value} for name, value in account.parameters.items()]
    made = {"StackName": "roles", "Parameters": parameters, "Capabilities": ["CAPABILITY_NAMED_IAM"]}
    cloudformation.create_stack(TemplateBody=json.dumps(document), **made)
    cloudformation.get_waiter("stack_create_complete").wait(StackName="roles", WaiterConfig={"Delay": 1})


def without_provider(node):
    """The same, where every choice is made that an existing provider leads to."""
    if isinstance(node, list):
        return [without_provider(value) for value in node]
    if not isinstance(node, dict):
        return node
    if node.get("Fn::If", [None])[0] == "MakesProvider":
        return node["Fn::If"][2]
    return {name: without_provider(value) for name, value in node.items()}


def suit_ministack(account):
    """Changes the roles so that ministack can tell right from wrong: the trust keeps the claims that it knows, and
    each role may do what it takes every reading of a layer for."""
    for role in ENVIRONMENTS:
        trust = account.trust(role)
        conditions = trust["Statement"][0]["Condition"]
        conditions["StringEquals"] = {key: value for key, value in conditions["StringEquals"].items() if key.split(":")[1] in KNOWN_CLAIMS}
        account.iam.update_assume_role_policy(RoleName=name_of(role), PolicyDocument=json.dumps(trust))
        resource = f"arn:aws:lambda:*:{template.ACCOUNT}:layer:Klayers-*"
        reading = policy([{"Effect": "Allow", "Action": "lambda:ListLayers", "Resource": resource}])
        account.iam.put_role_policy(RoleName=name_of(role), PolicyName="ministack", PolicyDocument=reading)


def make_for_moto(account):
    """Makes the roles with every resource widened to `*`, the only one that moto asks permissions for."""
    for role, (trust, policies) in account.expected().items():
        account.iam.create_role(RoleName=name_of(role), AssumeRolePolicyDocument=json.dumps(trust))
        statements = [statement | {"Resource": "*"} for statement in policies["layers"]["Statement"]]
        account.iam.put_role_policy(RoleName=name_of(role), PolicyName="layers", PolicyDocument=policy(statements))


def policy(statements):
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def name_of(role):
    return f"klayers-{role}"


def token(role, **claims):
    """A token as GitHub's, but for its signature, at which no emulator looks."""
    environment = ENVIRONMENTS[role]
    usual = {"iss": f"https://{GITHUB}", "aud": "sts.amazonaws.com", "sub": f"repo:Octo/layers:environment:{environment}"}
    usual |= {"environment": environment, "ref": "refs/heads/main", "repository_id": PARAMETERS["GitHubRepositoryId"]}
    parts = [json.dumps(part).encode() for part in ({"alg": "RS256", "typ": "JWT"}, usual | claims)]
    return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in [*parts, b"unsigned"])


def logins(account):
    """Who is let in as the publisher."""
    numbers = "repo:Octo@583231/layers@1296269:environment:aws-publish"
    attempts = {
        "sub with names": token("publisher"),
        "sub with numbers": token("publisher", sub=numbers),
        "another repository": token("publisher", sub="repo:Octo/other:environment:aws-publish"),
        "a repository that took the name": token("publisher", sub=numbers.replace("@1296269", "@1296270")),
        "an owner who took the name": token("publisher", sub=numbers.replace("@583231", "@583232")),
        "other capitals": token("publisher", sub="repo:octo/layers:environment:aws-publish"),
        "no environment": token("publisher", sub="repo:Octo/layers:ref:refs/heads/main"),
        "a pull request": token("publisher", sub="repo:Octo/layers:pull_request"),
        "the environment of another role": token("auditor"),
        "another audience": token("publisher", aud="https://index.example"),
        "another issuer": token("publisher", iss="https://index.example"),
        "no token": "nonsense",
    }
    return {name: calls.outcome(lambda: account.log_in("publisher", attempt)) for name, attempt in attempts.items()}


def evaluated(account):
    """What ministack's evaluation of the permissions says of the real names of actions and resources."""
    layer = f"arn:aws:lambda:{calls.REGION}:{template.ACCOUNT}:layer:{calls.LAYER}"
    version = f"{layer}:7"
    resources = {
        "layer": layer,
        "version": version,
        "version of another name": version.replace(calls.LAYER, calls.STRANGER),
        "version of another account": version.replace(template.ACCOUNT, "111111111111"),
        "account": "*",
    }
    names = ("AddLayerVersionPermission", "DeleteFunction", "DeleteLayerVersion", "GetAccountSettings", "GetFunction", "GetLayerVersion")
    names += ("GetLayerVersionPolicy", "ListLayerVersions", "ListLayers", "PublishLayerVersion", "RemoveLayerVersionPermission")
    actions = [f"lambda:{name}" for name in names]
    found = {}
    for role, (_, policies) in account.held().items():
        documents = [json.dumps(document) for document in policies.values()]
        for name, resource in resources.items():
            asked = {"PolicyInputList": documents, "ActionNames": actions, "ResourceArns": [resource]}
            results = account.iam.simulate_custom_policy(**asked)["EvaluationResults"]
            found.setdefault(role, {})[name] = [result["EvalActionName"] for result in results if result["EvalDecision"] == "allowed"]
    return found


def layers_tried(account, sessions):
    """Every call on layers with the credentials of every role."""
    found = {}
    for version, (role, session) in enumerate(sessions.items(), 1):
        aws, iam = account.client("lambda", session), account.client("iam", session)
        # moto takes a request without a body for one with another, and its signature for a wrong one.
        aws.meta.events.register("before-sign", with_a_body)
        found[role] = {name: calls.outcome(call) for name, call in calls.on_layers(aws, iam, version).items()}
    return found


def with_a_body(request, **_):
    request.data = request.data or b"{}"


def buckets_tried(account, sessions):
    """Every call on buckets with the credentials of every role."""
    tried = {role: calls.on_buckets(account.client("s3", session)) for role, session in sessions.items()}
    return {role: {name: calls.outcome(call) for name, call in of_role.items()} for role, of_role in tried.items()}


def ministack(account):
    deploy(account)
    report = {"documents are as expected": account.held() == account.expected(), "evaluated": evaluated(account)}
    report["login by the trust as it is"] = calls.outcome(lambda: account.log_in("publisher", token("publisher")))
    suit_ministack(account)
    report["logins"] = logins(account)
    account.fill()
    sessions = {role: account.log_in(role, token(role)) for role in ENVIRONMENTS}
    return report | {"layers": layers_tried(account, sessions), "buckets": buckets_tried(account, sessions)}


def moto(account):
    make_for_moto(account)
    account.fill()
    sessions = {role: account.log_in(role, token(role)) for role in ENVIRONMENTS}
    # From here on it looks at signatures and permissions.
    urllib.request.urlopen(urllib.request.Request(f"{account.endpoint}/moto-api/reset-auth", b"0", {"Content-Type": "text/plain"})).close()
    return {"layers": layers_tried(account, sessions)}


def credentials(account):
    deploy(account)
    suit_ministack(account)
    return {role: account.log_in(role, token(role)) for role in ENVIRONMENTS}


def main():
    command, endpoint, path = sys.argv[1:]
    report = {"ministack": ministack, "moto": moto, "credentials": credentials}[command](Account(endpoint, path))
    print(json.dumps(report, indent=1, default=str))


if __name__ == "__main__":
    main()
