# The commands of this repository; `make help` prints them. Only the .NET SDK is needed for run, generate and publish,
# and a program that builds images for images; the others install what else they need (Debian packages) and cache it outside of the tree.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help run test test-fast bench scale soak crash-points lab lab-stop generate profile programs publish images builder clean

export DOTNET_CLI_TELEMETRY_OPTOUT := 1
export DOTNET_NOLOGO := 1

LINKED = artifacts/publish-build/obj/$(1)/release_linux-x64/linked
PUBLISHED := artifacts/publish/linux-x64
PUBLISH_SOURCES := Directory.Build.props Directory.Build.targets Directory.Packages.props global.json \
  $(sort $(shell find src operator \( -name bin -o -name obj \) -prune -o -type f -print))
# Their names, so that a file that is added or removed counts, too.
PUBLISH_NAMES := artifacts/publish-sources.txt

help: ## print this
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## build the agent and let it converge examples/ (on this machine's Xen, or on a simulated host); ONCE=1: print and end
	@dotnet run --project src/Reconciler.Agent -- --manifests examples/ --host auto $(if $(ONCE),--once)

test: ## every test, with the real parts: API server, xenstored, Xen host (on two cores 20 to 30 min once its parts are built, 35 before). Labs that passed and can't depend on what was changed since are not run again, unless AGAIN=1
	@dotnet run --project tests/Runner$(if $(AGAIN), -- --again)

test-fast: ## the tests without an API server, a xenstored and a Xen host
	@dotnet run --project tests/Runner -- --fast

bench: ## measure, as a table and as JSON in artifacts/bench/
	@dotnet run -c Release --project tests/Benchmarks

scale: programs ## create DOMAINS (2000) on HOSTS (50) simulated hosts at RATE/s (0: in one go), with a real API server; measure; plot. AGENT=1: one agent with DOMAINS (1000)
	@dotnet run -c Release --project tests/Scale -- $(if $(AGENT),agent) $(if $(DOMAINS),--domains $(DOMAINS)) $(if $(HOSTS),--hosts $(HOSTS)) $(if $(RATE),--rate $(RATE)) $(SCALE_OPTIONS)

soak: programs ## let an agent work for MINUTES (10) behind a network that loses LOSS (20) % of its packets, kill it; measure what the status says
	@dotnet run -c Release --project tests/Scale -- soak $(if $(MINUTES),--minutes $(MINUTES)) $(if $(LOSS),--loss $(LOSS))

crash-points: ## kill the agent, its pod and its worker at each kind of step on a real Xen host (half an hour), and write down what held (docs/reference/crash-safety.md)
	@RECONCILER_CRASH_POINTS=1 RECONCILER_WRITE_CRASH_RECORD=1 dotnet run --project tests/Reconciler.EndToEnd.Tests -- --filter-class "*CrashPointTests"
	@$(MAKE) --no-print-directory generate

lab: programs ## start a real API server, a real Xen host, operator and agent, and say how to reach them
	@tests/lab/lab.sh start

lab-stop: ## stop what `make lab` has started
	@tests/lab/lab.sh stop

generate: ## write what is generated from the types: crds/, the reference, the RBAC roles, the admission manifests
	@dotnet run --project src/Reconciler.Manifests -- generate

profile: ## learn from the end-to-end tests and from a scale run what agent and operator call, to be compiled ahead of time and to lie together: their startup.mibc
	@rm -rf src/Reconciler.Agent/startup.mibc operator/startup.mibc artifacts/jit
	@mkdir -p artifacts/jit
	@JIT_LISTS=$(CURDIR)/artifacts/jit dotnet run --project tests/Reconciler.EndToEnd.Tests
	@JIT_LISTS=$(CURDIR)/artifacts/jit $(MAKE) --no-print-directory scale DOMAINS=500 HOSTS=10
	@DOTNET_ReadyToRun=0 DOTNET_JitDisasmSummary=1 DOTNET_JitStdOutFile=artifacts/jit/agent-manifests.txt \
	  $(PUBLISHED)/reconciler-agent --manifests examples/ --host simulated --state artifacts/jit/state --once
	@dotnet run --project tests/StartupProfile -- $(call LINKED,Reconciler.Agent) src/Reconciler.Agent/startup.mibc artifacts/jit/agent*.txt
	@dotnet run --project tests/StartupProfile -- $(call LINKED,Reconciler.Operator) operator/startup.mibc artifacts/jit/operator*.txt

publish: programs $(PUBLISHED)/kubectl-xen ## the agent, the operator and kubectl-xen as single files in artifacts/publish/linux-x64
	@ls -sh1 $(PUBLISHED)

# What the labs run.
programs: $(PUBLISHED)/reconciler-agent $(PUBLISHED)/reconciler-operator

# An artifacts path of its own: publishing for one runtime and building for all would overwrite each other's obj/.
# -o: what the build leaves running does not keep the lock. PathMap: stack traces name the files of the repository, not where it was built.
$(PUBLISHED)/reconciler-agent: PROJECT := src/Reconciler.Agent
$(PUBLISHED)/reconciler-operator: PROJECT := operator
$(PUBLISHED)/kubectl-xen: PROJECT := src/Reconciler.Cli
$(PUBLISHED)/%: $(PUBLISH_SOURCES) $(PUBLISH_NAMES)
	@flock -o artifacts/publish.lock dotnet publish $(PROJECT) \
	  --nologo -v q -c Release -r linux-x64 --self-contained --artifacts-path artifacts/publish-build -o $(PUBLISHED) \
	  -p:PublishSingleFile=true -p:PublishTrimmed=true -p:PublishReadyToRun=true -p:DebugType=embedded "-p:PathMap=$(CURDIR)=/reconciler" -p:PublishDocumentationFiles=false -p:PublishReferencesDocumentationFiles=false
	@touch $@

# What the chart asks for by default: the tags follow from these.
VERSION = $(shell sed -n 's/^appVersion: *//p' charts/reconciler/Chart.yaml)
XEN_VERSION ?= $(shell sed -n 's/^ *xenVersion: *"\(.*\)"/\1/p' charts/reconciler/values.yaml)
BUILDER ?= $(notdir $(firstword $(shell command -v podman buildah docker)))
# The programs are for linux-x64, whatever machine this is.
BUILD_IMAGE = $(BUILDER) build --platform linux/amd64 --file images/$(1).Containerfile --tag $(REGISTRY:%=%/)reconciler-$(1):$(2) \
  --build-arg VERSION=$(VERSION) $(if $(BASE),--build-arg BASE=$(BASE)) $(3) $(PUBLISHED)

images: builder programs ## build the images of operator and agent, tagged as the chart asks for them: REGISTRY/..., XEN_VERSION (4.17), BASE image, BUILDER (podman, buildah or docker)
	$(call BUILD_IMAGE,operator,$(VERSION))
	$(call BUILD_IMAGE,agent,$(VERSION)-xen$(XEN_VERSION),--build-arg XEN_VERSION=$(XEN_VERSION))

# Before minutes are spent on publishing.
builder:
	@command -v "$(firstword $(BUILDER))" >/dev/null || { echo "BUILDER=$(BUILDER): there is no such program. Install podman, buildah or docker, or name one: make images BUILDER=/path/to/podman" >&2; exit 1; }

$(PUBLISH_NAMES): FORCE
	@mkdir -p artifacts
	@printf '%s\n' $(PUBLISH_SOURCES) | cmp -s - $@ || printf '%s\n' $(PUBLISH_SOURCES) >$@
FORCE:

clean: ## remove everything that was built (the caches of the labs stay)
	@rm -rf artifacts
	@find . \( -name bin -o -name obj \) -type d -prune -exec rm -rf {} +
