# The platform itself (web, worker, agent): docker compose up -d --build
ARG BASE_IMAGE=python:3.11-slim-bookworm
FROM ${BASE_IMAGE}
RUN apt-get update && apt-get install -y --no-install-recommends postgresql-client && rm -rf /var/lib/apt/lists/* \
 && useradd --create-home --uid 1000 platform
COPY requirements/base.txt /opt/requirements.txt
RUN python3 -m pip install --no-cache-dir --require-hashes -r /opt/requirements.txt
WORKDIR /app
COPY manage.py ./
COPY core core
COPY platform_site platform_site
COPY deid deid
COPY datasets datasets
COPY projects projects
COPY deployments deployments
# The table of the configuration keys, which the checks and the form read too.
COPY training/scripts training/scripts
COPY templates templates
COPY static static
COPY locale locale
RUN pybabel -q compile -d locale -D django
ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
ENV STATIC_DIR=/app/static_built
RUN PLATFORM_PROFILE=local PLATFORM_VAR=/tmp/var python3 manage.py build_static && rm -r /tmp/var
USER platform
CMD ["python3", "manage.py", "serve"]
