# license-monitor: one process, one folder of data. docs/ops/install.md tells how to run it.
# The base must be glibc (no Alpine): re2 and opencc have no musl wheels. To pin it to the byte:
# --build-arg BASE=python:3.13.9-slim-trixie@sha256:...
ARG BASE=python:3.13.9-slim-trixie

FROM ${BASE} AS build
WORKDIR /build
COPY requirements.lock ./
# pip stays outside of the environment it fills. sqlite-utils lists pip for a command of its own
# that installs plug-ins, so it comes along and is thrown out again.
RUN python3 -m venv --without-pip /opt/monitor \
 && python3 -m pip --python /opt/monitor/bin/python install --no-cache-dir --no-compile \
      --disable-pip-version-check --only-binary :all: --require-hashes -r requirements.lock
COPY monitor ./monitor
COPY LICENSE ./
RUN set -eu; \
    cd "$(/opt/monitor/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')"; \
    cp -r /build/monitor ./; \
    cp /build/LICENSE /opt/monitor/; \
    rm -rf pip pip-*.dist-info lxml/includes; \
    find . -depth -type d \( -name tests -o -name test -o -name __pycache__ \) -exec rm -rf {} +; \
    find . -type f \( -name '*.pyx' -o -name '*.pxd' -o -name '*.pxi' -o -name '*.c' -o -name '*.h' \) -delete; \
    find /opt/monitor/bin -mindepth 1 ! -name 'python*' -delete; \
    printf '#!/opt/monitor/bin/python\nfrom monitor.commands import main\n\nmain()\n' > /opt/monitor/bin/monitor; \
    chmod 755 /opt/monitor/bin/monitor; \
    /opt/monitor/bin/python -m compileall -q -j 0 --invalidation-mode unchecked-hash /opt/monitor/lib

FROM ${BASE}
ARG VERSION=unreleased
ARG SOURCE=https://example.org/license-monitor
LABEL org.opencontainers.image.title="license-monitor" \
      org.opencontainers.image.description="Reads exchange Q&A pages and news feeds for Chinese export-licence grants and alerts once, with the sentence that proves it." \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.source="${SOURCE}" \
      org.opencontainers.image.version="${VERSION}"
# Every command in the container knows where its files are: docker exec NAME monitor status
ENV PATH=/opt/monitor/bin:$PATH \
    LANG=C.UTF-8 \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    MONITOR_CONFIG=/etc/monitor/feeds.yaml \
    MONITOR_DATABASE=/data/monitor.db
COPY --from=build /opt/monitor /opt/monitor
COPY feeds.yaml /etc/monitor/feeds.yaml
RUN mkdir -p /data && chown 10001:10001 /data
USER 10001:10001
WORKDIR /data
VOLUME /data
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=10s --start-period=30s --retries=2 CMD ["monitor", "health"]
CMD ["monitor", "run"]
