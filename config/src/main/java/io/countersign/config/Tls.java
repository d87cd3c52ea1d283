package io.countersign.config;

import java.nio.file.Path;

/** TLS on the agents' port: a certificate chain and an unencrypted PKCS #8 key, both PEM. */
public record Tls(Path certificate, Path privateKey) {}
