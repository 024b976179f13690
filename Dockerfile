# One image for each program: docker build --target ingestor|projector|gateway-api|migrate|cli|simulator .
# An image holds its program as one file, the static files that it serves and its bill of materials (/app/sbom.cdx.json): no
# sources, and no packages whose code is in the bundle. It starts without a shell and writes to no folder of its own.
ARG NODE_IMAGE=docker.io/library/node:24-bookworm-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json ./
COPY apps/cli/package.json apps/cli/
COPY apps/discord-simulator/package.json apps/discord-simulator/
COPY apps/gateway-api/package.json apps/gateway-api/
COPY apps/ingestor/package.json apps/ingestor/
COPY apps/projector/package.json apps/projector/
COPY apps/web/package.json apps/web/
COPY libs/client/package.json libs/client/
COPY libs/contracts/package.json libs/contracts/
COPY libs/export/package.json libs/export/
COPY libs/mcp/package.json libs/mcp/
COPY libs/platform/package.json libs/platform/
COPY libs/read-model/package.json libs/read-model/
COPY tools/local-stack/package.json tools/local-stack/
COPY tools/empty-package/package.json tools/empty-package/
# The binaries of the local stack's servers are optional dependencies, and no image runs them.
RUN npm ci --no-audit --no-fund
COPY . .
RUN npm run build && node tools/build/image-files.mjs /images

FROM ${NODE_IMAGE} AS runtime
# glibc's initial mmap threshold: a configured one is not raised, which saves a service some 25 MiB.
ENV NODE_ENV=production PORT=3000 MALLOC_MMAP_THRESHOLD_=131072
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="discord-relay" \
      org.opencontainers.image.description="Event-sourced pipeline from Discord to live read models" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
WORKDIR /app
# By number, so that Kubernetes can check runAsNonRoot. The base image calls it "node".
USER 1000:1000

FROM runtime AS service
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/api/live`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]

FROM service AS ingestor
COPY --from=build /images/ingestor/ /
# A small young generation saves memory of an idle service. The container's limit bounds the old generation.
CMD ["node", "--max-semi-space-size=4", "apps/ingestor/dist/bundle.js"]

FROM service AS projector
COPY --from=build /images/projector/ /
# A replay keeps its objects alive for a batch: in a small young generation most of them would be copied twice, and a small old
# generation would be collected several times a second.
CMD ["node", "--max-semi-space-size=32", "--initial-old-space-size=96", "apps/projector/dist/bundle.js"]

# Migrates the database and exits.
FROM runtime AS migrate
COPY --from=build /images/migrate/ /
CMD ["node", "apps/projector/dist/migrate.bundle.js"]

# docker run discord-relay-cli status
FROM runtime AS cli
COPY --from=build /images/cli/ /
ENTRYPOINT ["node", "apps/cli/dist/bundle.js"]

# A local Discord, for the demo and for tests.
FROM runtime AS simulator
COPY --from=build /images/simulator/ /
EXPOSE 8787
CMD ["node", "--max-semi-space-size=4", "apps/discord-simulator/dist/bundle.js"]

# A build without --target makes the last target. It has `relay` on its PATH:
# docker compose exec gateway-api relay status
FROM service AS gateway-api
COPY --from=build /images/gateway-api/ /
CMD ["node", "--max-semi-space-size=4", "apps/gateway-api/dist/bundle.js"]
