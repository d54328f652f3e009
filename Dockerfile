# The last image is one fully static binary, the authorities' certificates and nothing else: no shell, no libraries, no package manager.
#
#   docker build -t genlock .
#   docker run --rm genlock keys new studio          # prints a key, and its hash for GENLOCK_KEYS
#   docker run --stop-timeout 40 -p 8080:8080 -v genlock:/state --read-only -e GENLOCK_KEYS=studio:HASH -e FAL_KEY genlock
#
# Podman and Buildah need --format docker, or the image has no health check. 40 s are longer than limits.shutdown_grace.
#
# The server listens on all addresses of the container, so it refuses to start without keys: give GENLOCK_KEYS, or mount a
# configuration at /etc/genlock/genlock.yaml.

FROM swift:6.3-bookworm AS build
RUN apt-get update && apt-get install -y --no-install-recommends \
        ca-certificates libnghttp2-dev libsqlite3-dev libssl-dev libyaml-dev zlib1g-dev \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /genlock
COPY . .
RUN swift build -c release --product genlock -Xswiftc -static-executable
RUN config/image-root /image .build/release/genlock

# The same with ffmpeg, which makes thumbnails of kept videos: docker build --target with-ffmpeg -t genlock:ffmpeg .
FROM debian:bookworm-slim AS with-ffmpeg
RUN apt-get update && apt-get install -y --no-install-recommends ffmpeg && rm -rf /var/lib/apt/lists/*
COPY --from=build /image/ /
USER 65532:65532
ENV GENLOCK_LISTEN=[::]:8080 GENLOCK_STATE=/state
VOLUME /state
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=2s CMD ["/genlock", "healthcheck"]
ENTRYPOINT ["/genlock"]
CMD ["serve"]

FROM scratch
COPY --from=build /image/ /
USER 65532:65532
ENV GENLOCK_LISTEN=[::]:8080 GENLOCK_STATE=/state
VOLUME /state
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=2s CMD ["/genlock", "healthcheck"]
ENTRYPOINT ["/genlock"]
CMD ["serve"]
