"""As much of JSON Schema as docs/drift-json.schema.json uses."""

import math

TYPES = {
    "object": dict, "array": list, "string": str, "boolean": bool, "null": type(None),
}  # fmt: skip


def mistakes(value, schema, at="$"):
    """Where a value is not as the schema says, a sentence each; empty: it is."""
    unknown = set(schema) - {
        "$schema", "title", "description", "type", "properties", "required", "additionalProperties", "enum",
        "const", "anyOf", "items", "minimum", "maximum",
    }  # fmt: skip
    assert not unknown, f"the walker does not know {unknown}"
    if "anyOf" in schema:
        tried = [mistakes(value, one, at) for one in schema["anyOf"]]
        return [] if any(not one for one in tried) else min(tried, key=len)
    if "const" in schema and value != schema["const"]:
        return [f"{at}: {value!r} is not {schema['const']!r}"]
    if "enum" in schema and value not in schema["enum"]:
        return [f"{at}: {value!r} is none of {schema['enum']}"]
    if "type" in schema:
        wanted = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
        if not any(_is(value, one) for one in wanted):
            return [f"{at}: {value!r} is no {' or '.join(wanted)}"]
    found = []
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if number and not schema.get("minimum", -math.inf) <= value <= schema.get("maximum", math.inf):
        found.append(f"{at}: {value!r} is out of bounds")
    if isinstance(value, list):
        for place, inner in enumerate(value):
            found += mistakes(inner, schema.get("items", {}), f"{at}[{place}]")
    if isinstance(value, dict):
        known = schema.get("properties", {})
        found += [f"{at}: {name} is missing" for name in schema.get("required", []) if name not in value]
        for name, inner in value.items():
            other = schema.get("additionalProperties", {})
            if name in known:
                found += mistakes(inner, known[name], f"{at}.{name}")
            elif other is False:
                found.append(f"{at}: {name} is not in the schema")
            else:
                found += mistakes(inner, other, f"{at}.{name}")
    return found


def _is(value, name):
    if name == "number":
        return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
    if name == "integer":
        return isinstance(value, int) and not isinstance(value, bool)
    return isinstance(value, TYPES[name])
