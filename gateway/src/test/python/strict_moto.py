"""moto_server with the signature of every request verified over its raw bytes.

usage: strict_moto.py [-H HOST] [-p PORT]     (the arguments of moto_server)

moto's own check misses a changed body that carries x-amz-content-sha256, old dates and unsigned
x-amz-* headers, and refuses good GETs. Here each raw request is verified before moto sees it:
header and presigned authentication, payload hash, chunk signatures, signed x-amz-* headers, clock
skew and session expiry; and the token of AssumeRoleWithWebIdentity, which nobody signs. moto keeps
the part of IAM policies. POST /moto-api/reset-auth switches the checks as with moto_server ("0" on,
"inf" off). On a mismatch the canonical request that this side computed goes to standard output.
"""

import base64
import datetime
import hashlib
import hmac
import io
import json
import re
from urllib.parse import parse_qsl, quote, unquote

from moto import settings
from moto.core.authorization import ActionAuthenticatorMixin
from moto.core.exceptions import AccessDeniedError
from moto.iam import access_control
from moto.iam.models import iam_backends
from moto.moto_server import werkzeug_app
from moto.server import main
from moto.sts.models import sts_backends

PARTITION = "aws"
ALGORITHM = "AWS4-HMAC-SHA256"
SKEW_SECONDS = 300
EMPTY_HASH = hashlib.sha256(b"").hexdigest()
BAD_REQUEST_CODES = {
    "InvalidToken",
    "InvalidRequest",
    "XAmzContentSHA256Mismatch",
    "IncompleteSignature",
    "ExpiredToken",
    "ExpiredTokenException",
    "InvalidIdentityToken",
}
UNSIGNED_ACTION = "AssumeRoleWithWebIdentity"
# of the identity provider of the tests, which signs with HS256
IDENTITY_KEY = b"the identity provider of the tests"


class Refused(Exception):
    """A request that AWS would refuse, with AWS's error code."""

    def __init__(self, code, message):
        super().__init__(code, message)
        self.code = code
        self.message = message


def mac(key, text):
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


def encode(text):
    return quote(text, safe="-_.~")


def encode_path(path):
    return "/".join(encode(segment) for segment in path.split("/")) or "/"


def normalize_path(path):
    kept = []
    for segment in path.split("/"):
        if segment == "..":
            if kept:
                kept.pop()
        elif segment not in ("", "."):
            kept.append(segment)
    return "/" + "/".join(kept) + ("/" if kept and path.endswith("/") else "")


def find_key(access_key_id):
    """Returns (secret, session token, expiration) of a user's or a session's key, or None."""
    for account in list(iam_backends):
        for user in iam_backends[account][PARTITION].list_users("/", None, None):
            for key in user.access_keys:
                if key.access_key_id == access_key_id:
                    return key.secret_access_key, None, None
    for account in list(sts_backends):
        for session in sts_backends[account][PARTITION].assumed_roles:
            if session.access_key_id == access_key_id:
                expiration = getattr(session, "expiration", None)
                return session.secret_access_key, session.session_token, expiration
    return None


class Presented:
    """What a request says about its own signature, from its header or its query."""

    def __init__(self, environ):
        raw = environ.get("RAW_URI") or environ["REQUEST_URI"]
        if "://" in raw.split("?")[0]:
            raw = "/" + raw.split("/", 3)[3]
        self.method = environ["REQUEST_METHOD"]
        self.path, _, query = raw.partition("?")
        self.headers = header_map(environ)
        self.pairs = query_pairs(query)
        parameters = dict(self.pairs)
        authorization = self.headers.get("authorization")
        self.presigned = authorization is None
        if authorization:
            match = re.match(ALGORITHM + r"\s+(.*)", authorization)
            if not match:
                raise Refused("IncompleteSignature", "not " + ALGORITHM + ": " + authorization[:30])
            fields = dict(part.strip().split("=", 1) for part in match[1].split(","))
            credential = fields["Credential"]
            self.signed = fields["SignedHeaders"].split(";")
            self.signature = fields["Signature"]
            self.date = self.headers.get("x-amz-date", "")
            self.token = self.headers.get("x-amz-security-token")
            self.lifetime = SKEW_SECONDS
        elif "X-Amz-Signature" in parameters:
            credential = parameters["X-Amz-Credential"]
            self.signed = parameters["X-Amz-SignedHeaders"].split(";")
            self.signature = parameters["X-Amz-Signature"]
            self.date = parameters["X-Amz-Date"]
            self.token = parameters.get("X-Amz-Security-Token")
            self.lifetime = int(parameters["X-Amz-Expires"])
            self.pairs = [pair for pair in self.pairs if pair[0] != "X-Amz-Signature"]
        else:
            raise Refused("MissingAuthenticationToken", "Missing Authentication Token")
        self.access_key_id, self.day, self.region, self.service, self.term = credential.split("/")
        self.scope = "/".join([self.day, self.region, self.service, self.term])

    def canonical_request(self, payload_hash):
        s3 = self.service == "s3"
        path = unquote(self.path)
        return "\n".join(
            [
                self.method,
                encode_path(path if s3 else normalize_path(self.path)),
                "&".join("=".join(p) for p in sorted((encode(k), encode(v)) for k, v in self.pairs)),
                "".join(
                    "%s:%s\n" % (name, re.sub(" +", " ", self.headers.get(name, "").strip()))
                    for name in self.signed
                ),
                ";".join(self.signed),
                payload_hash,
            ]
        )

    def signing_key(self, secret):
        key = mac(("AWS4" + secret).encode(), self.day)
        return mac(mac(mac(key, self.region), self.service), self.term)


def header_map(environ):
    headers = {
        name[5:].replace("_", "-").lower(): value
        for name, value in environ.items()
        if name.startswith("HTTP_")
    }
    for name in ("CONTENT_TYPE", "CONTENT_LENGTH"):
        if environ.get(name):
            headers[name.replace("_", "-").lower()] = environ[name]
    return headers


def query_pairs(query):
    pairs = (part.partition("=") for part in query.split("&") if part)
    return [(unquote(name), unquote(value)) for name, _, value in pairs]


def verify(environ, body):
    """Raises Refused unless the request is signed as AWS wants it."""
    request = Presented(environ)
    s3 = request.service == "s3"
    found = find_key(request.access_key_id)
    if not found:
        code = "InvalidAccessKeyId" if s3 else "InvalidClientTokenId"
        raise Refused(code, "unknown key " + request.access_key_id)
    secret, token, expiration = found
    if request.token != token:
        raise Refused("InvalidToken" if s3 else "InvalidClientTokenId", "bad session token")
    check_time(request, expiration)
    unsigned = [n for n in request.headers if n.startswith("x-amz-") and n not in request.signed]
    if unsigned or "host" not in request.signed:
        raise Refused("SignatureDoesNotMatch", "headers not signed: %s" % unsigned)
    payload_hash = declared_hash(request, body)
    canonical = request.canonical_request(payload_hash)
    key = request.signing_key(secret)
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    signature = mac(key, "\n".join([ALGORITHM, request.date, request.scope, digest])).hex()
    if signature != request.signature:
        print("STRICT mismatch, canonical request:\n" + canonical + "\n--", flush=True)
        raise Refused(
            "SignatureDoesNotMatch", "The request signature we calculated does not match"
        )
    if payload_hash.startswith("STREAMING-AWS4-HMAC-SHA256-PAYLOAD"):
        verify_chunks(request, key, body, payload_hash.endswith("-TRAILER"))


def check_time(request, expiration):
    now = datetime.datetime.now(datetime.timezone.utc)
    if expiration:
        zone = expiration.tzinfo or datetime.timezone.utc
        if expiration.replace(tzinfo=zone) < now:
            raise Refused("ExpiredToken", "session expired")
    stamp = datetime.datetime.strptime(request.date, "%Y%m%dT%H%M%SZ")
    stamp = stamp.replace(tzinfo=datetime.timezone.utc)
    ahead = (stamp - now).total_seconds()
    if ahead >= SKEW_SECONDS or -ahead > request.lifetime:
        code = "RequestTimeTooSkewed" if request.service == "s3" else "SignatureDoesNotMatch"
        raise Refused(code, "Signature expired")
    if request.term != "aws4_request" or not request.date.startswith(request.day):
        raise Refused("SignatureDoesNotMatch", "bad scope")


def declared_hash(request, body):
    declared = request.headers.get("x-amz-content-sha256")
    if request.presigned:
        declared = declared or "UNSIGNED-PAYLOAD"
    if not declared:
        if request.service == "s3":
            raise Refused("InvalidRequest", "Missing required header x-amz-content-sha256")
        return hashlib.sha256(body).hexdigest()
    if re.fullmatch("[0-9a-f]{64}", declared) and declared != hashlib.sha256(body).hexdigest():
        raise Refused("XAmzContentSHA256Mismatch", "payload hash differs from body")
    return declared


def verify_chunks(request, key, body, with_trailer):
    """Verifies each chunk of an aws-chunked body, and the signature of its trailer."""
    previous = request.signature
    at = 0
    while True:
        line_end = body.index(b"\r\n", at)
        size, _, signature = body[at:line_end].decode().partition(";chunk-signature=")
        length = int(size, 16)
        data = memoryview(body)[line_end + 2 : line_end + 2 + length]
        text = "\n".join(
            [
                ALGORITHM + "-PAYLOAD",
                request.date,
                request.scope,
                previous,
                EMPTY_HASH,
                hashlib.sha256(data).hexdigest(),
            ]
        )
        if mac(key, text).hex() != signature:
            raise Refused("SignatureDoesNotMatch", "chunk signature")
        previous = signature
        at = line_end + 2 + length + (2 if length else 0)
        if not length:
            break
    if with_trailer:
        verify_trailer(request, key, body[at:], previous)


def verify_trailer(request, key, trailer, previous):
    lines = [line for line in trailer.decode().split("\r\n") if line]
    headers = dict(line.split(":", 1) for line in lines)
    signature = headers.pop("x-amz-trailer-signature", None)
    canonical = "".join("%s:%s\n" % (name, value.strip()) for name, value in headers.items())
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    text = "\n".join([ALGORITHM + "-TRAILER", request.date, request.scope, previous, digest])
    if mac(key, text).hex() != signature:
        raise Refused("SignatureDoesNotMatch", "trailer signature over " + repr(canonical))


def refusal(environ, refused):
    """Returns (status, headers, body) in the shape of the protocol that the request spoke."""
    named = str(environ.get("HTTP_AUTHORIZATION")) + unquote(environ.get("QUERY_STRING", ""))
    json_spoken = "json" in environ.get("CONTENT_TYPE", "") or "HTTP_X_AMZ_TARGET" in environ
    if json_spoken:
        body = json.dumps({"__type": refused.code, "message": refused.message})
    elif "/s3/aws4" in named:
        body = "<?xml version='1.0'?><Error><Code>%s</Code><Message>%s</Message></Error>" % (
            refused.code,
            refused.message,
        )
    else:
        body = (
            "<ErrorResponse><Error><Type>Sender</Type><Code>%s</Code><Message>%s</Message>"
            "</Error></ErrorResponse>" % (refused.code, refused.message)
        )
    status = "400 Bad Request" if refused.code in BAD_REQUEST_CODES else "403 Forbidden"
    headers = [
        ("Content-Type", "application/x-amz-json-1.1" if json_spoken else "text/xml"),
        ("Content-Length", str(len(body.encode()))),
        ("x-amzn-ErrorType", refused.code),
    ]
    return status, headers, body.encode()


def give_moto_a_header(environ):
    """moto's policy check knows the header only: makes one for a presigned request."""
    parameters = dict(query_pairs(environ["QUERY_STRING"]))
    environ["HTTP_AUTHORIZATION"] = (
        "%s Credential=%s, SignedHeaders=host, Signature=x"
        % (ALGORITHM, parameters["X-Amz-Credential"])
    )
    if parameters.get("X-Amz-Security-Token"):
        environ["HTTP_X_AMZ_SECURITY_TOKEN"] = parameters["X-Amz-Security-Token"]


def read_body(environ):
    if environ.get("wsgi.input_terminated"):
        return environ["wsgi.input"].read()
    return environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))


def web_identity(environ, body):
    """Returns the parameters of the one call that nobody signs, or None for any other."""
    if "HTTP_AUTHORIZATION" in environ:
        return None
    parameters = dict(parse_qsl(body.decode("utf-8", "replace")))
    return parameters if parameters.get("Action") == UNSIGNED_ACTION else None


def verify_token(parameters):
    """Raises Refused unless the token is good and the role trusts its subject, as STS does."""
    try:
        head, claims, signature = parameters["WebIdentityToken"].split(".")
        facts = json.loads(from_base64(claims))
        expected = hmac.new(IDENTITY_KEY, (head + "." + claims).encode(), hashlib.sha256).digest()
    except ValueError as malformed:
        raise Refused(
            "InvalidIdentityToken", "The ID Token provided is not a valid JWT."
        ) from malformed
    if from_base64(signature) != expected:
        raise Refused("InvalidIdentityToken", "The token's signature does not verify")
    if facts["exp"] < datetime.datetime.now(datetime.timezone.utc).timestamp():
        raise Refused("ExpiredTokenException", "Token expired: its time is over")
    if facts["aud"] != "sts.amazonaws.com":
        raise Refused("InvalidIdentityToken", "Incorrect token audience")
    _, _, _, _, account, name = parameters["RoleArn"].split(":")
    roles = iam_backends[account][PARTITION].roles.values()
    for role in roles:
        if role.arn == parameters["RoleArn"]:
            statement = json.loads(role.assume_role_policy_document)["Statement"][0]
            subject = statement.get("Condition", {}).get("StringEquals", {})
            if (
                statement["Action"] == "sts:" + UNSIGNED_ACTION
                and subject.get("oidc.example:sub") == facts["sub"]
            ):
                return
    raise Refused("AccessDenied", "Not authorized to perform sts:" + UNSIGNED_ACTION + " on " + name)


def from_base64(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


dispatch = werkzeug_app.DomainDispatcherApplication.__call__


def checked_dispatch(self, environ, start_response):
    body = read_body(environ)
    environ["wsgi.input"] = io.BytesIO(body)
    if environ.get("HTTP_TRANSFER_ENCODING"):
        environ["CONTENT_LENGTH"] = str(len(body))
        del environ["HTTP_TRANSFER_ENCODING"]
    switched_on = (
        ActionAuthenticatorMixin.request_count >= settings.INITIAL_NO_AUTH_ACTION_COUNT
    )
    if switched_on and not environ["PATH_INFO"].startswith("/moto-api"):
        try:
            try:
                unsigned = web_identity(environ, body)
                if unsigned:
                    verify_token(unsigned)
                else:
                    verify(environ, body)
            except (KeyError, ValueError, IndexError) as malformed:
                raise Refused("IncompleteSignature", repr(malformed)) from malformed
        except Refused as refused:
            where = "%s %s" % (environ["REQUEST_METHOD"], environ.get("RAW_URI"))
            print("STRICT", where, refused.code, refused.message, flush=True)
            status, headers, answer = refusal(environ, refused)
            start_response(status, headers)
            return [answer]
        if "HTTP_AUTHORIZATION" not in environ and not unsigned:
            give_moto_a_header(environ)
    return dispatch(self, environ, start_response)


authorize = ActionAuthenticatorMixin._authenticate_and_authorize_action


def authorize_what_is_signed(self, iam_request, resource="*"):
    """moto looks for the caller's policies, also where there is no caller."""
    if self._get_action() != UNSIGNED_ACTION:
        authorize(self, iam_request, resource)


def deny_as_aws(self):
    """moto nests the error of a query service one element too deep for the AWS SDK for Java."""
    denied = AccessDeniedError(user_arn=self._access_key.arn, action=self._action)
    denied.description = denied.description.replace("<Errors>", "").replace("</Errors>", "")
    raise denied


if __name__ == "__main__":
    werkzeug_app.DomainDispatcherApplication.__call__ = checked_dispatch
    # moto's own check is wrong for REST calls without a body; the one above takes its place
    access_control.IAMRequestBase.check_signature = lambda self: None
    access_control.IAMRequest._raise_access_denied = deny_as_aws
    ActionAuthenticatorMixin._authenticate_and_authorize_action = authorize_what_is_signed
    main()
