"""Makes a user pool in a moto server: cognito_setup.py PORT; prints issuer, keys' address and tokens as JSON."""
import json
import sys

import boto3

endpoint = "http://127.0.0.1:" + sys.argv[1]
client = boto3.client(
    "cognito-idp", endpoint_url=endpoint, region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x")
pool = client.create_user_pool(PoolName="hall")["UserPool"]["Id"]
app = client.create_user_pool_client(
    UserPoolId=pool, ClientName="app", ExplicitAuthFlows=["ADMIN_NO_SRP_AUTH"])["UserPoolClient"]["ClientId"]
client.create_group(UserPoolId=pool, GroupName="speaker")
tokens = {}
for name, groups in (("ada", ["speaker"]), ("bob", [])):
    client.admin_create_user(UserPoolId=pool, Username=name)
    client.admin_set_user_password(UserPoolId=pool, Username=name, Password="Hunter2!hunter2", Permanent=True)
    for group in groups:
        client.admin_add_user_to_group(UserPoolId=pool, Username=name, GroupName=group)
    result = client.admin_initiate_auth(
        UserPoolId=pool, ClientId=app, AuthFlow="ADMIN_NO_SRP_AUTH",
        AuthParameters={"USERNAME": name, "PASSWORD": "Hunter2!hunter2"})["AuthenticationResult"]
    tokens[name] = {"id": result["IdToken"], "access": result["AccessToken"]}
print(json.dumps({
    "issuer": "https://cognito-idp.us-east-1.amazonaws.com/" + pool,
    "keys": endpoint + "/" + pool + "/.well-known/jwks.json", "audience": app, "tokens": tokens}))
