"""The OpenAPI document of a router, and whether an answer is as it says."""

import json
import re
import urllib.parse

import jsonschema


class Document:
    def __init__(self, served):
        answer = served.call("GET", "/openapi.json")
        assert answer.status == 200 and answer.headers["content-type"] == "application/json"
        self.json = answer.json
        self.operations = [
            (method.upper(), re.compile("^" + "".join("[^/]+" if part.startswith("{") else re.escape(part) for part in re.split(r"(\{[^}]+\})", path)) + "$"), path, operation)
            for path, item in self.json["paths"].items() for method, operation in item.items()
        ]

    def operation(self, method, target):
        """The operation that is meant; a path without parameters goes before one with."""
        path = urllib.parse.urlsplit(target).path
        found = [(path_.count("{"), path_, operation) for method_, pattern, path_, operation in self.operations if method_ == method and pattern.match(path)]
        assert found, f"{method} {path} is served and not described"
        return min(found, key=lambda f: f[:2])[2]

    def check(self, method, target, answer):
        """Fails with the first thing that is not as the document says."""
        responses = self.operation(method, target)["responses"]
        said = responses.get(str(answer.status)) or (responses["default"] if answer.status >= 400 else None)
        assert said, f"{method} {target}: status {answer.status} is not described"
        assert "x-request-id" in answer.headers
        kind = answer.headers.get("content-type", "").split(";")[0]
        assert kind in said["content"], f"{method} {target}: {kind} is not described"
        schema = said["content"][kind].get("schema")
        if schema is not None:
            jsonschema.Draft202012Validator(schema | {"components": self.json["components"]}).validate(json.loads(answer.body))
        return answer
