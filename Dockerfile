# One image for the API, the worker, the migration and the check of the settings:
#   the API      (nothing to add)
#   the worker   … exco-live apps/api/dist/worker.js
#   the others   … exco-live apps/api/dist/migrate.js | apps/api/dist/check-config.js
ARG BASE_IMAGE=docker.io/library/node:24.21.0-bookworm-slim

FROM ${BASE_IMAGE} AS build
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
COPY libs/contracts/package.json libs/contracts/
COPY libs/local-stack/package.json libs/local-stack/
COPY libs/page-rules/package.json libs/page-rules/
COPY libs/persistence/package.json libs/persistence/
COPY libs/testing/package.json libs/testing/
# Not npm ci: docs/decisions/0022. No package's script is run.
RUN npm install --no-save --ignore-scripts --loglevel=error
COPY nx.json tsconfig.base.json ./
COPY libs libs
COPY apps/api apps/api
COPY apps/web apps/web
RUN npx nx run-many -t build -p api,web --output-style=stream
RUN npm prune --omit=dev --ignore-scripts --loglevel=error
# What runs, in the folders in which the sources look for each other.
RUN set -e; mkdir -p /app/apps/api /app/apps/web/dist; \
    cp -a package.json node_modules /app/; \
    for lib in contracts persistence; do \
      mkdir -p /app/libs/$lib; cp -a libs/$lib/package.json libs/$lib/dist /app/libs/$lib/; \
    done; \
    cp -a apps/api/dist apps/api/assets /app/apps/api/; \
    cp -a apps/web/dist/browser /app/apps/web/dist/; \
    find /app -name '*.d.ts' -delete; \
    chmod -R u=rwX,go=rX /app

FROM ${BASE_IMAGE}
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Exco Live" \
      org.opencontainers.image.description="Attendance for a live event that ten thousand students open in the same minute" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
WORKDIR /app
COPY --from=build /app /app
ENV NODE_ENV=production \
    METRICS_HOST=0.0.0.0 \
    METRICS_PORT=9464
# Nothing here belongs to it: any other uid does as well, and the root may be read-only. Uploads of rosters pass through /tmp.
USER 10001:10001
EXPOSE 3000 9464
# The port of the figures, which API and worker both have; no curl, and no localhost, which may be ::1.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.METRICS_PORT}/health/live`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# Heap flags: docs/decisions/0006.
ENTRYPOINT ["node", "--enable-source-maps", "--min-semi-space-size=32", "--max-semi-space-size=32", "--no-memory-reducer"]
CMD ["apps/api/dist/main.js"]
