# The web server, the worker and its clock: one image, three commands (docker-compose.yml).
FROM python:3.12-slim AS build
WORKDIR /app
COPY bootstrap.py Makefile pyproject.toml requirements.lock requirements-dev.lock requirements-node.lock package.json \
    package-lock.json .npmrc ./
RUN python bootstrap.py

FROM python:3.12-slim
RUN useradd --system --uid 10001 --home-dir /app lipse && mkdir -p /data && chown lipse /data
WORKDIR /app
COPY --from=build /app/.venv .venv
COPY --from=build /app/node_modules node_modules
COPY . .
ENV PATH=/app/.venv/bin:$PATH PYTHONUNBUFFERED=1 LIPSE_DATA_DIR=/data LIPSE_HOST=0.0.0.0 LIPSE_DEBUG=0
USER lipse
EXPOSE 8000
VOLUME /data
CMD ["python", "manage.py", "serve"]
