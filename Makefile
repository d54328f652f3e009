# make run: build and serve.  make demo: one clip, start to end.  make test: everything that CI runs.
# make soak: crashes, faults and crowds in full, half an hour.
# make bench: the figures that are aimed at, beside nginx.  make compare: beside other servers too.
# make instructions: what a request costs, beside what it should.

LISTEN ?= 127.0.0.1:8080
DEMO ?= 127.0.0.1:18080
GENLOCK = .build/release/genlock
PACKAGES = git libnghttp2-dev libsqlite3-dev libssl-dev libyaml-dev pkg-config zlib1g-dev
# The servers and clients that the tests run, and a C compiler.
TEST_PACKAGES = ca-certificates caddy curl ffmpeg gcc haproxy libc6-dev nghttp2-client nginx-light openssl python3 python3-venv util-linux wget
SUDO = $(if $(filter 0,$(shell id -u)),,sudo)

.PHONY: help run demo test test-build test-swift test-clients soak bench compare instructions fuzz sanitize build static image-root readme packages clean

help:
	@sed -n 's/^# //p' Makefile

# What the build needs of Debian, installed if missing.
packages:
	@command -v swift > /dev/null || { echo "Swift 6.2 or newer is needed: https://www.swift.org/install/linux/"; exit 1; }
	@missing=$$(for package in $(PACKAGES); do dpkg-query -W -f='$${Status}' $$package 2> /dev/null | grep -q 'ok installed' || echo $$package; done); \
	if [ -n "$$missing" ]; then \
		echo "installing" $$missing; \
		$(SUDO) apt-get update -qq && $(SUDO) env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing; \
	fi

build: packages
	swift build -c release --product genlock --static-swift-stdlib

run: build
	@$(GENLOCK) serve --listen $(LISTEN) & server=$$!; \
	trap 'kill $$server 2> /dev/null' INT TERM; \
	until $(GENLOCK) healthcheck --url http://$(LISTEN) 2> /dev/null; do kill -0 $$server 2> /dev/null || exit 1; sleep 0.1; done; \
	printf '\nTry it:\n\n  curl http://$(LISTEN)/v1/videos -H "content-type: application/json" \\\n'; \
	printf '    -d '"'"'{"model": "sora-2", "prompt": "A red kite over a sea cliff", "seconds": "4"}'"'"'\n\n'; \
	wait $$server

demo: build
	@state=$$(mktemp -d); \
	$(GENLOCK) serve --listen $(DEMO) --state $$state > $$state/demo.log 2>&1 & server=$$!; \
	trap 'code=$$?; kill $$server 2> /dev/null; wait $$server; [ $$code -eq 0 ] || cat $$state/demo.log >&2; rm -rf $$state' EXIT; \
	until $(GENLOCK) healthcheck --url http://$(DEMO) 2> /dev/null; do kill -0 $$server 2> /dev/null || exit 1; sleep 0.1; done; \
	$(GENLOCK) generate --url http://$(DEMO) --model sora-2 --prompt "A red kite over a sea cliff" --seconds 4 --size 1280x720 -o demo.mp4 --force || exit 1; \
	if command -v ffprobe > /dev/null; then \
		ffprobe -v error -show_entries stream=codec_name,width,height,r_frame_rate -show_entries format=duration -of compact demo.mp4; \
	fi

# Installs what the tests need too, and makes Python environments under .venv. Each phase prints its time; with -k, one that fails does
# not keep the other from running.
test: PACKAGES += $(TEST_PACKAGES)
test: test-swift test-clients

test-swift: test-build
	$(call phase,Swift tests,Tests/swift-tests)

test-clients: test-build
	$(call phase,clients,GENLOCK=$(CURDIR)/.build/debug/genlock Tests/EndToEnd/run)

test-build:
	$(call phase,packages,$(MAKE) --no-print-directory packages PACKAGES="$(PACKAGES)")
	$(call phase,format,swift format lint --strict --recursive Sources Tests Package.swift)
	$(call phase,build,swift build --explicit-target-dependency-import-check error --build-tests)

# $(call phase,NAME,COMMAND) runs the command and prints how long it took.
phase = @began=$$(date +%s); $(2); code=$$?; echo "== $(1): $$(($$(date +%s) - began)) s"; exit $$code

# Every fuzzer for a minute; FUZZ_SECONDS says otherwise.
fuzz: packages
	Tests/Fuzz/run

# The Swift tests under both sanitizers. OpenSSL keeps some memory until the end, which is not looked for.
sanitize: packages
	ASAN_OPTIONS=detect_leaks=0 swift test --sanitize=address --scratch-path .build-asan
	TSAN_OPTIONS=suppressions=$(CURDIR)/Tests/Sanitizers/threads.txt swift test --sanitize=thread --scratch-path .build-tsan

# Speed, memory and start beside nginx and nghttpd, each figure beside its aim. Ten minutes; OPTIONS="--only creates" for a part of it.
bench: PACKAGES += curl nghttp2-client nghttp2-server nginx openssl procps strace util-linux valgrind wrk
bench: build
	python3 -u Tests/Benchmarks/aims.py --json .build/bench.json $(OPTIONS)

# Speed and memory beside nginx, HAProxy, LiteLLM's proxy, Hummingbird and FlyingFox. Half an hour; OPTIONS="--only requests" for a part of it.
compare: PACKAGES += curl haproxy nghttp2-client nghttp2-server nginx python3-venv wrk
compare: build .build/litellm/bin/litellm
	swift build -c release --package-path Tests/Benchmarks/Others
	LITELLM=.build/litellm/bin/litellm OTHERS=Tests/Benchmarks/Others/.build/release python3 Tests/Benchmarks/bench.py $(OPTIONS)

.build/litellm/bin/litellm:
	python3 -m venv .build/litellm && .build/litellm/bin/pip install -q 'litellm[proxy]'

# User instructions a request under callgrind; fails where a path costs more than Tests/Benchmarks/instructions.json allows.
instructions: PACKAGES += nghttp2-client nginx valgrind
instructions: build
	python3 Tests/Benchmarks/instructions.py $(OPTIONS)

# One fully static file, as in the container image.
static: packages
	swift build -c release --product genlock --scratch-path .build-static -Xswiftc -static-executable

image-root: static
	config/image-root image .build-static/release/genlock

# Writes the generated tables of README.md.
readme:
	swift build --product genlock
	.build/debug/genlock vendor list --markdown > .build/vendors.md
	sed -i -e '/<!-- vendors -->/,/<!-- end -->/{/<!-- vendors -->/{p;r .build/vendors.md' -e '};/<!-- end -->/p;d}' README.md
	python3 Tests/EndToEnd/limits_page.py

# Tests/Reliability in full. Each test prints its figures; the crash loop prints its seed, GENLOCK_SEED repeats it.
soak: PACKAGES += $(TEST_PACKAGES)
soak: build
	swift build -c release --product conformance-cases --static-swift-stdlib
	GENLOCK=$$PWD/$(GENLOCK) GENLOCK_SOAK=1 Tests/EndToEnd/run

clean:
	rm -rf .build .build-* Tests/Fuzz/.build Tests/Benchmarks/Others/.build image demo.mp4
