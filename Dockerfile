# The command line in a container:
#   docker build -t adapterx .
#   docker run --rm -v "$PWD:/data" adapterx quickstart
# Weights that are fetched stay in the volume too with -e HF_HOME=/data/.cache/huggingface.
FROM maven:3.9.9-eclipse-temurin-17 AS build
WORKDIR /opt/adapterx
COPY . .
# The launcher builds, and prepares a faster start.
RUN ./adapterx --version

FROM eclipse-temurin:17-jre
COPY --from=build /opt/adapterx/adapterx /opt/adapterx/LICENSE /opt/adapterx/
COPY --from=build /opt/adapterx/cli/target/app /opt/adapterx/cli/target/app
RUN useradd --create-home user && mkdir /data && chown user /data
USER user
WORKDIR /data
ENTRYPOINT ["/opt/adapterx/adapterx"]
