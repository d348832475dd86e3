# Steelyard. `make help` lists what can be made; CONTRIBUTING.md says more.
.DEFAULT_GOAL := help
.PHONY: aot bench start fuzz golden help build images run soak test e2e crds deps format clean

# Maven runs with the JDK that bin/find-jdk finds, whatever else is on the machine. The variable is expanded only by
# recipes that run Maven, so that `make help` needs no JDK. (Maven's own libraries use what JDK 25 warns about.)
MAVEN = JAVA_HOME=$$(bin/find-jdk) && export JAVA_HOME && \
  MAVEN_OPTS="--sun-misc-unsafe-memory-access=allow $$MAVEN_OPTS" mvn -B -ntp $(if $(CI),-Dstyle.color=never)
# What fails is run once more; what then passes is listed under "Flakes" at the end of each module, see CONTRIBUTING.md.
RERUN = -Dsurefire.rerunFailingTestsCount=1 -Dfailsafe.rerunFailingTestsCount=1
ONLY = $(if $(TEST),-Dit.test='$(TEST)' -Dfailsafe.failIfNoSpecifiedTests=false)
SOAK = 10m
SOAK_SECONDS = $(shell echo $$(( $(subst s,,$(subst m,*60,$(subst h,*3600,$(SOAK)))) )))

help: ## list the targets
	@sed -n 's/^\([a-z0-9]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | awk -F '\t' '{printf "make %-8s %s\n", $$1, $$2}'

build: ## compile and package without tests; bin/steelyard works afterwards
	@$(MAVEN) -q package -Dmaven.test.skip=true -pl operator -am

aot: build ## the same, and a cache of what a start loads: bin/steelyard run and dataplane start in a fraction of the time
	@for command in run dataplane; do bin/train $$command operator/target/steelyard-$$command.aot || exit 1; done

images: build ## build/images/steelyard.tar: the image of operator and dataplane; BASE=debian:12-slim puts it on that image
	@.ci/deps
	@BASE=$(BASE) images/build

run: build ## balance examples/quickstart over two demo backends on this machine, without a cluster; Ctrl-C ends it
	@examples/quickstart/run

test: deps ## everything that CI runs: format, static checks, unit tests, end-to-end tests
	@$(MAVEN) verify $(RERUN)

e2e: deps ## only the end-to-end tests, on a real API server; TEST=SchemaIT picks some
	@$(MAVEN) verify -P e2e-only -pl e2e -am $(ONLY)

bench: aot ## measure beside HAProxy and nginx, about 10 minutes; BENCH=full decides; ARGS="--scenarios h1-64" and others
	@.ci/deps bench
	@python3 bench/bench.py $(ARGS)

start: aot ## measure how bin/steelyard starts and what it takes at rest; see bench/README.md
	@python3 bench/start.py $(ARGS)

fuzz: ## look for inputs that break a parser, for an hour; TIME=5m; TARGETS="path host" picks some; CONTRIBUTING.md says what then
	@$(MAVEN) -q test-compile dependency:build-classpath -pl dataplane -am -Dmdep.outputFile=target/test-classpath -Dmdep.includeScope=test
	@dataplane/fuzz $(or $(TIME),1h) $(TARGETS)

soak: deps ## mixed load, edits and endpoint churn for SOAK=10m: no errors, nothing that grows
	@$(MAVEN) verify -P e2e-only -pl e2e -am -Dit.test=Soak -Dfailsafe.failIfNoSpecifiedTests=false -Dsteelyard.soak=$(SOAK_SECONDS)

crds: ## write crds, chart and reference anew from the Java types of the API
	@$(MAVEN) -q test -pl crds -am -Dtest=GeneratedFilesTest -Dsteelyard.generate=true -Dsurefire.failIfNoSpecifiedTests=false

deps: ## install what the tests need beside JDK and Maven (apt packages); quick when all is there
	@.ci/deps

golden: ## write anew what the golden cases of operator/src/test/resources/golden come to; then look at the diff
	@$(MAVEN) -q test -pl operator -am -Dtest=GoldenTest -Dgolden.update=true -Dsurefire.failIfNoSpecifiedTests=false

format: ## format the Java sources as the build demands
	@$(MAVEN) -q spotless:apply

clean: ## remove what was built
	@$(MAVEN) -q clean
