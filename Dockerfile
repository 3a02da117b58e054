# license-monitor: one process, one data folder. The base must be glibc (no Alpine): re2 and opencc have no musl wheels.
ARG BASE=python:3.13-slim
FROM ${BASE} AS build
WORKDIR /build
COPY requirements.lock ./
RUN python3 -m venv /opt/monitor \
 && /opt/monitor/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements.lock
COPY monitor ./monitor
RUN cp -r monitor "$(/opt/monitor/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/" \
 && /opt/monitor/bin/python -m compileall -q /opt/monitor/lib

FROM ${BASE}
ENV PATH=/opt/monitor/bin:$PATH PYTHONUNBUFFERED=1
COPY --from=build /opt/monitor /opt/monitor
COPY feeds.yaml /etc/monitor/feeds.yaml
RUN mkdir -p /data && chown 10001:10001 /data
USER 10001:10001
WORKDIR /data
VOLUME /data
CMD ["python", "-m", "monitor", "run", "--config", "/etc/monitor/feeds.yaml", "--database", "/data/monitor.db"]
