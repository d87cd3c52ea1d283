"""One JSON line for each step that a client script takes.

A step that returns prints {"step", "ok": true, ...what it returned}; one that raises prints
{"step", "ok": false, "error", "message", "status"}: the AWS error code where it was AWS's.
The Java test asserts each line, so a script goes on after a step that failed.
"""

import json

from botocore.exceptions import ClientError


def emit(step, **values):
    print(json.dumps({"step": step, **values}, default=str), flush=True)


def run(step, action):
    """Runs one step, prints its line and returns its result, or None if it raised."""
    try:
        result = action() or {}
    except ClientError as refused:
        error = refused.response.get("Error", {})
        meta = refused.response.get("ResponseMetadata", {})
        emit(
            step,
            ok=False,
            error=error.get("Code"),
            message=error.get("Message"),
            status=meta.get("HTTPStatusCode"),
            requestId=meta.get("HTTPHeaders", {}).get("x-countersign-request-id"),
        )
        return None
    except Exception as failed:  # whatever it is, the Java test shall see it as a failed step
        emit(step, ok=False, error=type(failed).__name__, message=str(failed))
        return None
    emit(step, ok=True, **result)
    return result
