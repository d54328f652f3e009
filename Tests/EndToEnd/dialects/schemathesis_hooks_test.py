"""What schemathesis is told beyond the document: jobs are asked of the model that takes whatever a dialect can say, since every other refuses what
it cannot do; names in forms are those that a client library would send.

Hypothesis draws the constants of a program's own modules as names of further members; that of a test it leaves alone, by the end of its name."""

import schemathesis

# Where a model need not be named, and the usual one has limits.
UNNAMED = ("/videos", "/videos/", "/audio-to-video", "/retake", "/extend", "/video-to-video-hdr")


@schemathesis.hook
def map_body(context, body):
    if isinstance(body, dict):
        named = body["model"] if body.get("model") is not None else "usual" if context.operation.path.endswith(UNNAMED) else None
        if isinstance(named, str) and named:
            body["model"] = "test/card"
        # A clip that is the answer itself is drawn for it.
        longest = 20 if context.operation.path.endswith("/extend") else 60
        if isinstance(body.get("duration"), (int, float)) and 5 < body["duration"] <= longest and "/v1/" in context.operation.path:
            body["duration"] = 5
        form = context.operation.definition.raw.get("requestBody", {}).get("content", {})
        if "multipart/form-data" in form:
            body = {name: value for name, value in body.items() if name and all(" " < c < "\x7f" and c not in '";' for c in name)}
    return body
