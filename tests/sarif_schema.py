"""What SARIF 2.1.0 says of the parts that are written here: a JSON Schema, and what no schema can say.

Stricter than the standard where it may be: no property that is not listed here.
"""

from typing import Any

import jsonschema

_URI = r"^(?:[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=]|%[0-9A-F]{2})*$"  # RFC 3986
_TIME = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$"
_TEXT = {"type": "string", "minLength": 1}
_BAG = {"type": "object"}


def _record(*required: str, **properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "additionalProperties": False,
        "required": list(required),
        "properties": properties,
    }


def _list(of: Any, *, unique: bool = True) -> dict[str, Any]:
    return {"type": "array", "items": of, "uniqueItems": unique}


_MESSAGE = _record("text", text=_TEXT, markdown=_TEXT)
_LEVEL = {"enum": ["none", "note", "warning", "error"]}
_INDEX = {"type": "integer", "minimum": 0}
_ARTIFACT_LOCATION = _record(
    uri={"type": "string", "pattern": _URI},
    uriBaseId=_TEXT,
    index=_INDEX,
    description=_MESSAGE,
)
_LOCATION = _record(
    physicalLocation=_record(
        "artifactLocation",
        artifactLocation=_ARTIFACT_LOCATION,
        region=_record("startLine", startLine={"type": "integer", "minimum": 1}),
    ),
    logicalLocations=_list(_record(name=_TEXT, fullyQualifiedName=_TEXT, kind=_TEXT)),
)
_RULE = _record(
    "id",
    id=_TEXT,
    name={"type": "string", "pattern": "^[A-Z][A-Za-z0-9]+$"},
    shortDescription=_MESSAGE,
    fullDescription=_MESSAGE,
    help=_MESSAGE,
    defaultConfiguration=_record(level=_LEVEL),
    properties={"type": "object", "properties": {"tags": _list(_TEXT)}},
)
_RESULT = _record(
    "message",
    "ruleId",
    "locations",
    ruleId=_TEXT,
    ruleIndex=_INDEX,
    level=_LEVEL,
    message=_MESSAGE,
    locations={**_list(_LOCATION), "maxItems": 10},
    relatedLocations=_list(_LOCATION),
    baselineState={"enum": ["new", "unchanged", "updated", "absent"]},
    partialFingerprints={"type": "object", "additionalProperties": _TEXT, "minProperties": 1},
    properties=_BAG,
)
_NOTIFICATION = _record(
    "message", level=_LEVEL, message=_MESSAGE, locations=_list(_LOCATION), descriptor=_BAG
)
_INVOCATION = _record(
    "executionSuccessful",
    executionSuccessful={"type": "boolean"},
    exitCode={"type": "integer"},
    endTimeUtc={"type": "string", "pattern": _TIME},
    toolExecutionNotifications=_list(_NOTIFICATION, unique=False),
)
_ARTIFACT = _record(
    location=_ARTIFACT_LOCATION,
    roles=_list({"const": "analysisTarget"}),
    length={"type": "integer", "minimum": -1},
    properties=_BAG,
)
_RUN = _record(
    "tool",
    "results",
    tool=_record("driver", driver=_record("name", "rules", name=_TEXT, version=_TEXT, rules=_list(_RULE))),
    invocations=_list(_INVOCATION),
    originalUriBaseIds={"type": "object", "additionalProperties": _ARTIFACT_LOCATION},
    artifacts=_list(_ARTIFACT),
    results=_list(_RESULT, unique=False),
    properties=_BAG,
)
SCHEMA = _record(
    "version",
    "runs",
    version={"const": "2.1.0"},
    runs=_list(_RUN, unique=False),
) | {"$schema": "https://json-schema.org/draft/2020-12/schema"}
SCHEMA["properties"]["$schema"] = {"type": "string", "pattern": r"/sarif-schema-2\.1\.0\.json$"}
_VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


def check(log: Any) -> Any:
    """Assert that a log is SARIF, and return its run."""
    _VALIDATOR.validate(log)
    [run] = log["runs"]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert len(rules) == len(set(rules))
    assert set(rules) == {result["ruleId"] for result in run["results"]}
    for result in run["results"]:
        assert rules[result["ruleIndex"]] == result["ruleId"]
    prints = [result["partialFingerprints"]["memdoctorFinding/v1"] for result in run["results"]]
    assert len(prints) == len(set(prints))
    for location in _artifact_locations(run):
        base = location.get("uriBaseId")
        assert base is None or base in run["originalUriBaseIds"]
        assert base is None or not location["uri"].startswith(("/", "..")), "not relative to its base"
        if "index" in location:
            assert run["artifacts"][location["index"]]["location"]["uri"] == location["uri"]
    return run


def _artifact_locations(node: Any) -> list[dict[str, Any]]:
    """Return every artifact location in a run."""
    if isinstance(node, list):
        return [found for item in node for found in _artifact_locations(item)]
    if not isinstance(node, dict):
        return []
    own = [node] if "uri" in node else []
    return own + [
        found for name, item in node.items() if name != "properties" for found in _artifact_locations(item)
    ]
