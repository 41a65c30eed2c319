"""Makes a bucket and a user who may do what the role of site.yaml may, in an emulator of AWS that checks permissions.

    python site_user.py ENDPOINT TEMPLATE BUCKET PREFIX

prints an access key of the user as JSON. A user, because the emulator takes keys of users for any client without a
further login; the permissions are the template's own.
"""

import json
import sys

import calls
import template

ROOT = {"AccessKeyId": "test", "SecretAccessKey": "test", "SessionToken": None}
PROVIDER = f"arn:aws:iam::{template.ACCOUNT}:oidc-provider/token.actions.githubusercontent.com"


def main():
    endpoint, path, bucket, prefix = sys.argv[1:]
    made = template.resources(template.load(path), "aws", {"OidcProviderArn": PROVIDER, "Prefix": prefix, "BucketName": bucket})
    (policy,) = made["Deployer"]["Policies"]
    document = json.dumps(policy["PolicyDocument"]).replace("<Bucket.Arn>", f"arn:aws:s3:::{bucket}")
    calls.client("s3", endpoint, ROOT).create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": calls.REGION})
    iam = calls.client("iam", endpoint, ROOT)
    iam.create_user(UserName="deployer")
    iam.put_user_policy(UserName="deployer", PolicyName="site", PolicyDocument=document)
    key = iam.create_access_key(UserName="deployer")["AccessKey"]
    print(json.dumps({"id": key["AccessKeyId"], "secret": key["SecretAccessKey"], "region": calls.REGION}))


if __name__ == "__main__":
    main()
