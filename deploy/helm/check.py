"""What must hold of the chart, with values of all kinds (deploy/helm/check)."""

import asyncio
import re
import tempfile
from pathlib import Path

import helm_sdkpy
import kubernetes_validate
from cluster import Cluster

HERE = Path(__file__).resolve().parent
CHART = HERE / "dechaff"
KUBERNETES = "1.33"

# How grave Helm finds what it remarks: from here on it is wrong.
WARNING = 2

CASES = {
    "nothing chosen": {},
    "keys and rules": {"keysSecret": "keys", "rules": "# Our own\ndrop ^this story\n[de]\nkeep \"a: b\"\n"},
    "only the pods": {"autoscaling": {"enabled": False}, "disruption": {"enabled": False},
                      "networkPolicy": {"enabled": False}, "replicas": 3},
    "all else": {
        "image": {"repository": "registry.example/dechaff", "tag": "1", "pullSecrets": ["one", "two"]},
        "networkPolicy": {"from": [{"namespaceSelector": {"matchLabels": {"name": "crawl"}}}]},
        "service": {"type": "NodePort", "port": 8080},
        "podLabels": {"team": "news"}, "podAnnotations": {"a/b": "c"},
        "nodeSelector": {"kind": "fast"}, "tolerations": [{"key": "crawl", "operator": "Exists"}],
        "affinity": {"podAntiAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": [
            {"weight": 1, "podAffinityTerm": {"topologyKey": "zone", "labelSelector": {"matchLabels": {"a": "b"}}}}]}},
        "resources": {"requests": {"cpu": "500m"}},
    },
}


def main():
    lint()
    made = {name: installed(values) for name, values in CASES.items()}
    for name, manifests in made.items():
        for kind, manifest in manifests.items():
            kubernetes_validate.validate(manifest, KUBERNETES, strict=True)
            print(f"{name}: {kind} fits the schema")
        check_pods(manifests["Deployment"], name)
    every = {"Deployment", "Service", "HorizontalPodAutoscaler", "PodDisruptionBudget", "NetworkPolicy"}
    assert set(made["nothing chosen"]) == every, set(made["nothing chosen"])
    assert set(made["only the pods"]) == {"Deployment", "Service"}, set(made["only the pods"])
    assert made["only the pods"]["Deployment"]["spec"]["replicas"] == 3
    assert set(made["keys and rules"]) == every | {"ConfigMap"}
    assert made["keys and rules"]["ConfigMap"]["data"]["rules.txt"] == CASES["keys and rules"]["rules"]
    assert made["all else"]["NetworkPolicy"]["spec"]["ingress"][0]["from"] == CASES["all else"]["networkPolicy"]["from"]
    print("check: the chart is well")


def lint():
    said = asyncio.run(helm_sdkpy.Lint(helm_sdkpy.Configuration()).run(str(CHART)))
    wrong = [message for message in said["Messages"] or [] if message["Severity"] >= WARNING]
    assert not wrong and not said["Errors"], f"helm lint: {said}"


def installed(values):
    """What a cluster is given when the chart is installed with these values, by kind."""
    with Cluster() as cluster, tempfile.NamedTemporaryFile("w", suffix=".yaml") as kubeconfig:
        kubeconfig.write(cluster.kubeconfig)
        kubeconfig.flush()
        install = helm_sdkpy.Install(helm_sdkpy.Configuration(kubeconfig=kubeconfig.name))
        asyncio.run(install.run("cleaner", str(CHART), values=values, wait=False))
        return {manifest["kind"]: manifest for manifest in cluster.given}


def check_pods(deployment, name):
    pod = deployment["spec"]["template"]["spec"]
    container = pod["containers"][0]
    assert pod["securityContext"]["runAsNonRoot"] and pod["securityContext"]["runAsUser"] != 0, name
    assert container["securityContext"]["readOnlyRootFilesystem"], name
    assert not container["securityContext"]["allowPrivilegeEscalation"], name
    assert container["livenessProbe"]["httpGet"]["path"] == "/livez", name
    assert container["readinessProbe"]["httpGet"]["path"] == "/readyz", name
    variables = {variable["name"]: variable["value"] for variable in container["env"]}
    known = set(re.findall(r"`(DECHAFF_\w+)`", (HERE / "../../README.md").read_text()))
    assert set(variables) <= known, f"{name}: the README tells nothing of {set(variables) - known}"
    closing = sum(int(variables[variable].removesuffix("s")) for variable in ("DECHAFF_DRAIN", "DECHAFF_SHUTDOWN"))
    assert closing < pod["terminationGracePeriodSeconds"], f"{name}: pods are killed before they have closed"
    mounted = {mount["mountPath"] for mount in container.get("volumeMounts", [])}
    read = [variables[variable] for variable in ("DECHAFF_KEYS", "DECHAFF_RULES") if variable in variables]
    files = {str(Path(file).parent) for file in read}
    assert mounted == files, f"{name}: {mounted} is mounted for {files}"


if __name__ == "__main__":
    main()
