# Front-end packages: only the folders that are served leave this stage.
FROM node:22-slim AS front
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --no-audit --no-fund --ignore-scripts

FROM python:3.13-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
# gettext compiles the catalogues here, so that its tools need not be in the image that runs.
RUN apt-get update && apt-get install -y --no-install-recommends gettext && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY requirements.lock ./
RUN python -m venv /venv && /venv/bin/pip install --require-hashes -r requirements.lock
COPY . .
COPY --from=front /app/node_modules node_modules
# These values are for this one line: collectstatic asks no server.
RUN SECRET_KEY=only-while-building DATABASE_URL=postgres://nobody@localhost/none REDIS_URL=redis://localhost/0 \
    EMAIL_URL=smtp://localhost:25 PATH="/venv/bin:$PATH" \
    sh -c 'python manage.py compilemessages --verbosity 0 && python manage.py collectstatic --no-input --verbosity 0' \
    && python -m compileall -q unlimited incubators ideas events

FROM python:3.13-slim
RUN useradd --system --uid 10001 --home-dir /app --shell /usr/sbin/nologin app \
    && install --directory --owner 10001 --mode 0750 /media
ENV PATH="/venv/bin:$PATH" PYTHONUNBUFFERED=1 MEDIA_ROOT=/media
WORKDIR /app
COPY --from=build /venv /venv
COPY --from=build /app /app
USER 10001
EXPOSE 8000
CMD ["gunicorn"]
