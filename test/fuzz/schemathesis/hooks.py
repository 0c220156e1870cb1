"""What fuzzing this API needs beside its document: a check for declared server errors, and an operator's signature."""

import hashlib
import hmac
import os
import re
from datetime import datetime, timezone
from urllib.parse import parse_qsl, quote, urlsplit

import requests
import schemathesis

ACCESS_KEY_ID = os.environ["FUZZ_ACCESS_KEY_ID"]
SECRET_ACCESS_KEY = os.environ["FUZZ_SECRET_ACCESS_KEY"]
REGION = os.environ["FUZZ_REGION"]
REGIONS = os.environ["FUZZ_REGIONS"].split(",")

SERVICE = "execute-api"

# Two such keys fit a request line. API Gateway answers longer ones by itself (431), which the hostile requests hold to.
KEY_CHARACTERS_MAX = 4_000


@schemathesis.check
def only_declared_server_errors(ctx, response, case):
    """A 5xx is a failure, but for a 503 that the document declares and that says how it may be repeated."""
    if response.status_code < 500:
        return
    declared = case.operation.definition.raw.get("responses", {})
    assert response.status_code == 503 and "503" in declared, f"{response.status_code} is not declared"
    assert response.headers.get("retry-after"), "a 503 without Retry-After"
    if case.method == "HEAD":
        return
    body = response.json()
    # /health answers its own shape: that it is not healthy is what was asked.
    assert body.get("retryable") is True or body.get("ok") is False, "a 503 that is not retryable"


@schemathesis.check
def says_nothing_of_its_insides(ctx, response, case):
    """No answer tells of files, stack traces or modules. The operator's own ARN in an evacuation is meant to be told."""
    for trace in ("node:", "node_modules", "/amplify/", ".ts:", ".mjs:", "    at ", "DynamoDB", "TypeError"):
        if trace in response.text and trace not in sent_text(case):
            # The document describes what is stored where, on purpose.
            assert case.operation.path == "/openapi.json", f"the answer says {trace!r}"


def sent_text(case):
    """What a request carried, for answers that repeat it: an item holds whatever was put into it."""
    return f"{case.path_parameters} {case.query} {case.headers} {case.body}"


@schemathesis.hook
def before_call(context, case, kwargs):
    """Regions that exist, every second time: a made-up one ends at the first check. Keys that are as the document says, or wrong."""
    for name, value in (case.path_parameters or {}).items():
        if not isinstance(value, str):
            continue
        if name == "region" and len(value) % 2 == 0:
            case.path_parameters[name] = REGIONS[len(value) // 2 % len(REGIONS)]
        else:
            # Percent-encoding stays understood beside what the document asks for: such a key would not be refused.
            case.path_parameters[name] = re.sub(r"[^A-Za-z0-9._~-]", "~~", value)[:KEY_CHARACTERS_MAX]


class OperatorSignature(requests.auth.AuthBase):
    """AWS Signature Version 4: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html"""

    def __call__(self, request):
        target = urlsplit(request.url)
        now = datetime.now(timezone.utc).strftime("%Y%m%dT%H%M%SZ")
        scope = f"{now[:8]}/{REGION}/{SERVICE}/aws4_request"
        canonical = "\n".join(
            [
                request.method,
                # Every service but S3 has the path encoded once more than it was sent.
                quote(target.path or "/", safe="/-_.~"),
                canonical_query(target.query),
                f"host:{target.netloc}\nx-amz-date:{now}\n",
                "host;x-amz-date",
                hashlib.sha256(body_bytes(request)).hexdigest(),
            ]
        )
        text = f"AWS4-HMAC-SHA256\n{now}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
        key = f"AWS4{SECRET_ACCESS_KEY}".encode()
        for part in (now[:8], REGION, SERVICE, "aws4_request", text):
            key = hmac.new(key, part.encode(), hashlib.sha256).digest()
        request.headers["x-amz-date"] = now
        request.headers["authorization"] = (
            f"AWS4-HMAC-SHA256 Credential={ACCESS_KEY_ID}/{scope}, "
            f"SignedHeaders=host;x-amz-date, Signature={key.hex()}"
        )
        return request


def canonical_query(query):
    pairs = parse_qsl(query, keep_blank_values=True)
    return "&".join(sorted(f"{quote(name, safe='-_.~')}={quote(value, safe='-_.~')}" for name, value in pairs))


def body_bytes(request):
    body = request.body or b""
    return body.encode() if isinstance(body, str) else body


schemathesis.auth.set_from_requests(OperatorSignature()).apply_to(path_regex="^/control/evacuations")
