"""What schemathesis needs beyond the document: jobs use the model that accepts everything a dialect can express, since every other refuses what
it cannot do; names in forms are those that a client library would send.

Hypothesis uses the constants of a program's own modules as names of further members, but not those of a module whose name ends like a test's."""

import schemathesis

# Where a model need not be named, and the usual one has limits.
UNNAMED = ("/videos", "/videos/", "/audio-to-video", "/retake", "/extend", "/video-to-video-hdr")

# Seconds that a held request may ask for, where that is not a minute.
LONGEST = {"/extend": 20, "/audio-to-video": 600}


def seconds(length):
    text = isinstance(length, str) and length.isascii() and length.isdigit()
    return float(length) if text or isinstance(length, (int, float)) else 0


@schemathesis.hook
def map_body(context, body):
    if isinstance(body, dict):
        named = body["model"] if body.get("model") is not None else "usual" if context.operation.path.endswith(UNNAMED) else None
        if isinstance(named, str) and named:
            body["model"] = "test/card"
        # A clip that is the answer itself is drawn for it.
        longest = next((most for end, most in LONGEST.items() if context.operation.path.endswith(end)), 60)
        if "/v1/" in context.operation.path and 5 < seconds(body.get("duration")) <= longest:
            body["duration"] = 5
        form = context.operation.definition.raw.get("requestBody", {}).get("content", {})
        if "multipart/form-data" in form:
            body = {name: value for name, value in body.items() if name and all(" " < c < "\x7f" and c not in '";' for c in name)}
    return body
