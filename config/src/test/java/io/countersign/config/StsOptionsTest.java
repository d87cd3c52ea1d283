package io.countersign.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How STS is reached, for all connectors or for one. */
class StsOptionsTest {
  @TempDir private Path folder;

  @Test
  void readsEveryOption() throws Exception {
    Path bundle = Files.writeString(folder.resolve("ca.pem"), "x");
    Sts sts =
        Given.config(
                "sts: {region: us-east-1, endpoint: 'https://vpce.example',"
                    + " proxy: 'http://proxy:3128', proxy-user: u, proxy-password: p,"
                    + " certificate-host: sts.us-east-1.amazonaws.com, ca-bundle: '"
                    + bundle
                    + "'}")
            .sts();
    assertThat(sts)
        .isEqualTo(
            new Sts(
                "us-east-1",
                URI.create("https://vpce.example"),
                false,
                false,
                new HttpProxy(URI.create("http://proxy:3128"), "u", new Secret("p")),
                bundle,
                "sts.us-east-1.amazonaws.com"));
    assertThat(Given.config("sts: {fips: true, dual-stack: true}").sts())
        .isEqualTo(new Sts(null, null, true, true, null, null, null));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "fips: true, endpoint: 'https://e'",
        "dual-stack: true, endpoint: 'https://e'",
        "certificate-host: x",
        "proxy: 'https://proxy:3128'",
        "proxy: 'http://proxy'",
        "proxy-user: u",
        "proxy: 'http://proxy:1', proxy-user: u",
        "proxy: 'http://proxy:1', proxy-password: '${env:TOKEN}'",
        "proxy: 'http://proxy:1', proxy-user: 'a:b', proxy-password: p",
        "ca-bundle: /no/such/file"
      })
  void refusesWhatContradictsItself(String options) {
    assertThat(Given.refusals("sts: {" + options + "}")).isNotEmpty();
  }
}
