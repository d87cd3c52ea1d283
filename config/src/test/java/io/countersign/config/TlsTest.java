package io.countersign.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsTest {
  private static final Map<String, KeyPair> PAIRS = new TreeMap<>();

  @TempDir Path folder;

  @BeforeAll
  static void makePairs() throws Exception {
    for (String algorithm : List.of("RSA", "EC", "Ed25519")) {
      PAIRS.put(algorithm, KeyPairGenerator.getInstance(algorithm).generateKeyPair());
    }
  }

  @BeforeEach
  void writePairs() throws Exception {
    for (Map.Entry<String, KeyPair> entry : PAIRS.entrySet()) {
      String algorithm = entry.getKey();
      KeyPair pair = entry.getValue();
      String name = algorithm.substring(0, 2).toLowerCase(Locale.ROOT);
      write(name + ".crt", "CERTIFICATE", certificate(pair, algorithm));
      write(name + ".key", "PRIVATE KEY", pair.getPrivate().getEncoded());
    }
  }

  private void write(String name, String label, byte[] der) throws Exception {
    String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    Files.writeString(
        folder.resolve(name),
        "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(label, base64, label));
  }

  private static byte[] certificate(KeyPair pair, String algorithm) throws Exception {
    X500Name name = new X500Name("CN=localhost");
    Instant from = Instant.parse("2026-01-01T00:00:00Z");
    String signature = algorithm.equals("Ed25519") ? algorithm : "SHA256with" + algorithm;
    return new JcaX509v3CertificateBuilder(
            name,
            BigInteger.ONE,
            Date.from(from),
            Date.from(from.plus(Duration.ofDays(3650))),
            name,
            pair.getPublic())
        .build(
            new JcaContentSignerBuilder(signature.replace("withEC", "withECDSA"))
                .build(pair.getPrivate()))
        .getEncoded();
  }

  private Loaded load(String certificate, String key) throws ConfigException {
    return ConfigLoader.parse(
        "tls: {certificate: %s, private-key: %s}".formatted(certificate, key),
        folder,
        Environment.of(Map.of()));
  }

  private String refusal(String certificate, String key) {
    try {
      load(certificate, key);
    } catch (ConfigException e) {
      assertThat(e.problems()).hasSize(1);
      return e.problems().getFirst().toString();
    }
    throw new AssertionError("not refused");
  }

  @Test
  void takesAPairOfFiles() throws Exception {
    for (String kind : List.of("rs", "ec", "ed")) {
      Loaded loaded = load(kind + ".crt", kind + ".key");
      assertThat(loaded.config().tls())
          .isEqualTo(new Tls(folder.resolve(kind + ".crt"), folder.resolve(kind + ".key")));
      assertThat(loaded.files()).hasSize(2);
    }
  }

  @Test
  void refusesFilesThatDoNotExist() {
    assertThat(refusal("no.crt", "rs.key")).startsWith("tls.certificate: line 1: the file");
    assertThat(refusal("rs.crt", "no.key")).startsWith("tls.private-key: line 1: the file");
  }

  @Test
  void refusesAKeyOfAnotherCertificate() {
    assertThat(refusal("rs.crt", "ec.key")).contains("does not hold the key of the certificate");
    assertThat(refusal("ec.crt", "rs.key")).contains("does not hold the key of the certificate");
  }

  @Test
  void refusesFilesOfAnotherKindAndSaysHowToConvert() throws Exception {
    assertThat(refusal("rs.key", "rs.key")).contains("holds no certificate");
    assertThat(refusal("rs.crt", "rs.crt")).contains("holds no private key");
    Files.writeString(folder.resolve("old.key"), "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n");
    assertThat(refusal("rs.crt", "old.key"))
        .contains("is not in PKCS #8 form; convert it: openssl pkcs8 -topk8 -nocrypt");
    Files.writeString(folder.resolve("locked.key"), "-----BEGIN ENCRYPTED PRIVATE KEY-----\nA\n");
    assertThat(refusal("rs.crt", "locked.key")).contains("is encrypted with a password");
    Files.writeString(
        folder.resolve("bad.key"),
        "-----BEGIN PRIVATE KEY-----\nAAA=A\n-----END PRIVATE KEY-----\n");
    assertThat(refusal("rs.crt", "bad.key")).contains("bad.key");
  }

  @Test
  void readsTheNamesOfTheFilesFromTheConfigurationsFolder() throws Exception {
    Path file =
        Files.writeString(
            folder.resolve("c.yaml"), "tls: {certificate: ec.crt, private-key: ec.key}");
    Loaded loaded = ConfigLoader.load(file, Environment.of(Map.of()));
    assertThat(loaded.files())
        .containsExactlyInAnyOrder(file, folder.resolve("ec.crt"), folder.resolve("ec.key"));
  }

  @Test
  void saysWhenTheConfigurationItselfCannotBeRead() throws Exception {
    for (String name : List.of("none.yaml", ".")) {
      try {
        ConfigLoader.load(folder.resolve(name), Environment.of(Map.of()));
        throw new AssertionError("not refused");
      } catch (ConfigException e) {
        assertThat(e.problems().getFirst().message())
            .contains(name.equals(".") ? "not a file" : "does not exist");
      }
    }
  }
}
