# The service in an image with nothing in it but the program: no shell, not root, nothing that it writes to.
FROM rust:1.95-slim-bookworm AS build
WORKDIR /build

# The dependencies alone, so that a change of our own code does not build them again.
COPY Cargo.toml Cargo.lock ./
RUN mkdir src \
 && echo 'fn main() {}' > src/main.rs \
 && touch src/lib.rs \
 && cargo build --release --locked --bin dechaff \
 && rm -r src

COPY src src
COPY templates templates
COPY static static
# Copied files keep their times, which may lie before the build above; cargo goes by the time.
RUN touch src/main.rs src/lib.rs \
 && cargo build --release --locked --bin dechaff \
 && strip target/release/dechaff

FROM gcr.io/distroless/cc-debian12:nonroot
COPY --from=build /build/target/release/dechaff /dechaff
USER 65532:65532
# A container is reached from outside; what may reach it is for the network around it to say.
ENV DECHAFF_LISTEN=0.0.0.0:8080
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=7s --start-period=5s CMD ["/dechaff", "healthcheck"]
ENTRYPOINT ["/dechaff"]
