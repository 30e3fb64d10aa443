"""Photos from an object store and results to one, through the real command; the store runs on this machine for the test."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

SAMPLE = Path(__file__).resolve().parent.parent / "samples" / "own-kit"


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A client of an S3 server on loopback, for this process and its children."""
    import boto3
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    told = {"AWS_ACCESS_KEY_ID": "sleutel", "AWS_SECRET_ACCESS_KEY": "geheim", "AWS_DEFAULT_REGION": "eu-west-1",
            "AWS_ENDPOINT_URL": f"http://{host}:{port}"}
    for name, value in told.items():
        monkeypatch.setenv(name, value)
    client = boto3.client("s3")
    for bucket in ("fotos", "uitslag"):
        client.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    yield client
    client.close()
    server.stop()


def batch(*arguments: str) -> tuple[int, dict[str, Any]]:
    done = subprocess.run([sys.executable, "-m", "posterscan", "batch", *arguments, "--json", "--lang", "en", "--jobs", "1"],
                          capture_output=True, text=True, check=False, env=os.environ | {"PYTHONWARNINGS": "ignore"})
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout)


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
def test_photos_and_results_in_an_object_store(store: Any) -> None:
    for path in (SAMPLE / "kit").iterdir():
        store.put_object(Bucket="fotos", Key=f"avond/kit/{path.name}", Body=path.read_bytes())
    store.put_object(Bucket="fotos", Key="avond/IMG_1.JPG", Body=(SAMPLE / "easy-031-0000" / "photo.jpg").read_bytes())
    store.put_object(Bucket="fotos", Key="avond/stuk.jpg", Body=b"geen foto")
    code, told = batch("s3://fotos/avond", "--out", "s3://uitslag/avond")
    assert code == 1
    assert [p["code"] for p in told["problems"]] == ["photo-not-a-picture"]
    assert [(t["action"], t["photos"]) for t in told["plan"]] == [("read", ["IMG_1.JPG"])]
    kept = {entry["Key"] for entry in store.list_objects_v2(Bucket="uitslag")["Contents"]}
    name = told["plan"][0]["name"]
    assert {f"avond/{name}.json", f"avond/{name}/rectified.jpg", "avond/index.json", "avond/problems.csv", "avond/cards.parquet",
            "avond/cards.csv", "avond/stickers.csv", "avond/stickers.parquet"} <= kept
    result = json.loads(store.get_object(Bucket="uitslag", Key=f"avond/{name}.json")["Body"].read())
    assert len(result["cards"]) > 10
    code, told = batch("s3://fotos/avond", "--out", "s3://uitslag/avond")
    assert [t["action"] for t in told["plan"]] == ["done"]
