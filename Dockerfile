# hubgraph in an image of its own, with the C++ library and the certificates that it needs:
#   docker build -t hubgraph .
#   docker run --rm -v hubgraph-data:/data -e HUBSPOT_ACCESS_TOKEN hubgraph
FROM golang:1.26-bookworm AS build
WORKDIR /src
COPY . .
RUN go build -o /out/hubgraph ./cmd/hubgraph
RUN mkdir /out/data

FROM gcr.io/distroless/cc-debian12:nonroot
COPY --from=build /out/hubgraph /usr/local/bin/hubgraph
COPY --from=build --chown=nonroot:nonroot /out/data /data
VOLUME /data
ENTRYPOINT ["/usr/local/bin/hubgraph"]
CMD ["run", "--data", "/data"]
