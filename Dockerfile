# The image of a release: one executable, on glibc and CA certificates, without a shell. `npm run release` lays the
# executables into release/image.
FROM gcr.io/distroless/base-debian12:nonroot
ARG TARGETARCH
COPY --chmod=755 release/image/${TARGETARCH}/ack-ram-tool /usr/local/bin/ack-ram-tool
USER 65532:65532
ENV HOME=/home/nonroot
WORKDIR /home/nonroot
ENTRYPOINT ["/usr/local/bin/ack-ram-tool"]
