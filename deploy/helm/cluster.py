"""As much of a Kubernetes cluster as Helm needs to install a chart into it: says which kinds it knows, has nothing, and
takes whatever it is given. What it was given is what the chart makes."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

# The kinds of a group: plural, kind.
KINDS = {
    "v1": [("services", "Service"), ("configmaps", "ConfigMap"), ("secrets", "Secret")],
    "apps/v1": [("deployments", "Deployment")],
    "autoscaling/v2": [("horizontalpodautoscalers", "HorizontalPodAutoscaler")],
    "policy/v1": [("poddisruptionbudgets", "PodDisruptionBudget")],
    "networking.k8s.io/v1": [("networkpolicies", "NetworkPolicy")],
}


class Cluster:
    """It listens for as long as this lasts; `kubeconfig` tells how to reach it, `given` what it was given."""

    def __enter__(self):
        self.given = []
        handler = type("Handler", (Handler,), {"given": self.given})
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{self.server.server_port}"
        self.kubeconfig = json.dumps({
            "apiVersion": "v1", "kind": "Config", "current-context": "only",
            "clusters": [{"name": "only", "cluster": {"server": address}}],
            "contexts": [{"name": "only", "context": {"cluster": "only", "user": "only"}}],
            "users": [{"name": "only", "user": {}}],
        })
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


def group(version):
    """What a cluster says of a group that it knows in one version."""
    name, short = version.split("/")
    only = {"groupVersion": version, "version": short}
    return {"name": name, "versions": [only], "preferredVersion": only}


def resource(plural, kind):
    """What a cluster says of a kind that it knows."""
    return {"name": plural, "kind": kind, "namespaced": True, "singularName": "", "verbs": ["create", "get", "list"]}


class Handler(BaseHTTPRequestHandler):
    given = []

    def do_GET(self):
        path = self.path.split("?")[0]
        if path == "/version":
            return self.answer(200, {"major": "1", "minor": "33", "gitVersion": "v1.33.0"})
        if path == "/api":
            return self.answer(200, {"kind": "APIVersions", "versions": ["v1"]})
        if path == "/apis":
            groups = [group(version) for version in KINDS if version != "v1"]
            return self.answer(200, {"kind": "APIGroupList", "apiVersion": "v1", "groups": groups})
        version = path.removeprefix("/apis/").removeprefix("/api/")
        if version in KINDS:
            known = {"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": version}
            return self.answer(200, {**known, "resources": [resource(*names) for names in KINDS[version]]})
        if path.endswith("/secrets"):
            return self.answer(200, {"kind": "SecretList", "apiVersion": "v1", "metadata": {}, "items": []})
        missing = {"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": "NotFound", "code": 404}
        return self.answer(404, missing)

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        if "json" not in self.headers["content-type"]:
            # Helm's own record of what it installed.
            return self.answer(201, {"kind": "Secret", "apiVersion": "v1", "metadata": {"name": "record"}})
        manifest = json.loads(body)
        self.given.append(manifest)
        return self.answer(201, manifest)

    def do_PUT(self):
        self.rfile.read(int(self.headers["content-length"]))
        self.answer(200, {"kind": "Secret", "apiVersion": "v1", "metadata": {"name": "record"}})

    def answer(self, status, value):
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Nothing: what matters is what was given."""
