"""Compares kubernetes.yaml and ranks.yaml with Kubernetes' own schemas, and kserve.yaml with those of a KServe release.

    pip install kubernetes-validate==1.37.0 jsonschema pyyaml
    python check.py [FOLDER of KServe's resource definitions: config/crd/full of its Go module or release]

No cluster is asked. What a schema does not know is an error too, so that a misspelt key is found.
"""

import pathlib
import sys

import jsonschema
import kubernetes_validate
import yaml

here = pathlib.Path(__file__).parent
failures = 0


def said(what, errors):
    global failures
    failures += len(errors)
    print(f"{'bad' if errors else 'ok '} {what}")
    for error in errors:
        print(f"    {error}")


def closed(schema):
    """Objects whose keys are listed have no others."""
    if isinstance(schema, dict):
        if "properties" in schema and not schema.get("x-kubernetes-preserve-unknown-fields"):
            schema.setdefault("additionalProperties", False)
        return {key: closed(value) for key, value in schema.items()}
    return [closed(one) for one in schema] if isinstance(schema, list) else schema


plain = [
    document
    for name in ("kubernetes.yaml", "ranks.yaml")
    for document in yaml.safe_load_all((here / name).read_text())
]
for document in plain:
    errors = []
    try:
        kubernetes_validate.validate(document, "1.31", strict=True)
    except kubernetes_validate.ValidationError as error:
        errors.append(f"{'.'.join(str(part) for part in error.path)}: {error.message}")
    said(document["kind"], errors)

if len(sys.argv) > 1:
    definitions = {}
    for file in pathlib.Path(sys.argv[1]).rglob("*.yaml"):
        for one in yaml.safe_load_all(file.read_text()):
            if one and one.get("kind") == "CustomResourceDefinition":
                for version in one["spec"]["versions"]:
                    name = f"{one['spec']['group']}/{version['name']}", one["spec"]["names"]["kind"]
                    definitions[name] = version["schema"]["openAPIV3Schema"]
    for document in yaml.safe_load_all((here / "kserve.yaml").read_text()):
        schema = definitions[document["apiVersion"], document["kind"]]
        schema["properties"].pop("metadata", None)
        document = {key: value for key, value in document.items() if key != "metadata"}
        validator = jsonschema.Draft7Validator(closed(schema))
        said(document["kind"], [f"{list(e.path)}: {e.message}" for e in validator.iter_errors(document)])

sys.exit(1 if failures else 0)
