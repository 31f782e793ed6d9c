"""Reads and writes each body with its generated model: ``python decode.py FOLDER < [[model, body]...]``."""

import importlib
import json
import sys

sys.path.insert(0, sys.argv[1])
models = importlib.import_module("models")
bodies = [(getattr(models, name), body) for name, body in json.load(sys.stdin)]
read = [model.model_validate_json(json.dumps(body)) for model, body in bodies]
sys.stdout.write(json.dumps([one.model_dump(mode="json", exclude_unset=True) for one in read]))
