# Base images by digest: a tag may be another image tomorrow. docs/operations.md says how to renew them.
# Front-end packages: only the folders that are served leave this stage.
FROM node:22-slim@sha256:c3de60bf2f9dd0ac6370e6117950ff62d6e339527e7472301c9c78a017978392 AS front
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --no-audit --no-fund --ignore-scripts

FROM python:3.13-slim@sha256:7c61056e61ac89e852de05f3dc6fa51a6dd2181797bceed46aa725dd7cb2cd3b AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
# gettext compiles the catalogues here, so that its tools need not be in the image that runs.
RUN apt-get update && apt-get install -y --no-install-recommends gettext && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY requirements.lock ./
RUN python -m venv /venv && /venv/bin/pip install --require-hashes -r requirements.lock
COPY . .
COPY --from=front /app/node_modules node_modules
# These values are for this one line: collectstatic asks no server.
RUN SECRET_KEY=only-while-building-and-never-when-it-runs-0123456789 SITE_URL=https://build.example \
    ALLOWED_HOSTS=build.example DEFAULT_FROM_EMAIL=build@build.example DATABASE_URL=postgres://nobody@localhost/none \
    REDIS_URL=redis://localhost/0 EMAIL_URL=smtp://localhost:25 PATH="/venv/bin:$PATH" \
    sh -c 'python manage.py compilemessages --verbosity 0 && python manage.py collectstatic --no-input --verbosity 0' \
    && python -m compileall -q unlimited incubators ideas events

FROM python:3.13-slim@sha256:7c61056e61ac89e852de05f3dc6fa51a6dd2181797bceed46aa725dd7cb2cd3b
RUN useradd --system --uid 10001 --home-dir /app --shell /usr/sbin/nologin app \
    && install --directory --owner 10001 --mode 0750 /media /erasures
ENV PATH="/venv/bin:$PATH" PYTHONUNBUFFERED=1 MEDIA_ROOT=/media
WORKDIR /app
COPY --from=build /venv /venv
COPY --from=build /app /app
USER 10001
EXPOSE 8000
CMD ["gunicorn"]
