package io.countersign.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.countersign.identity.IssuedKey;
import io.countersign.identity.VirtualKeys;
import io.countersign.testkit.AgentClient;
import io.countersign.testkit.Moto;
import io.countersign.testkit.MotoGateway;
import io.countersign.testkit.NettyLeaks;
import io.countersign.testkit.Places;
import io.countersign.testkit.RunningGateway;
import io.countersign.testkit.Steps;
import io.countersign.testkit.TestCertificate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The agents' port with TLS. Over TLS boto3 signs otherwise: the body goes in chunks that are not
 * signed, with its checksum in a trailer.
 */
@ExtendWith(NettyLeaks.class)
@TestInstance(Lifecycle.PER_CLASS)
class TlsIT {
  private RunningGateway gateway;
  private Steps s3;
  private Steps services;

  @BeforeAll
  void runTheScripts() throws IOException {
    Path folder = Places.target("it-tls");
    Path certificate = folder.resolve("tls.crt");
    Path key = folder.resolve("tls.key");
    TestCertificate.make().write(certificate, key);
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
    Moto moto = Moto.start();
    gateway =
        MotoGateway.start(
            "tls", "tls: { certificate: '%s', private-key: '%s' }\n".formatted(certificate, key));
    // botocore does not apply AWS_CA_BUNDLE where it fetches a container's credentials, so a key
    // pair stands in, as "credentials issue" prints it
    IssuedKey issued =
        VirtualKeys.of(gateway.config(), Clock.systemUTC(), new SecureRandom())
            .issue("analyst", null, Duration.ofHours(1));
    Map<String, String> agent =
        AgentClient.environmentWithKeys(
            gateway.endpoint(), issued.accessKeyId(), issued.secretAccessKey());
    agent.put("AWS_CA_BUNDLE", certificate.toString());
    // for the plain HTTP client that fetches presigned URLs
    agent.put("SSL_CERT_FILE", certificate.toString());
    s3 =
        Steps.of(
            agent, "boto3_s3.py", MotoGateway.REGION, moto.fact("bucket"), "over tls/", "30000000");
    services =
        Steps.of(
            agent,
            "boto3_services.py",
            MotoGateway.REGION,
            moto.facts().toString(),
            "dynamodb",
            "sqs",
            "sts");
  }

  @AfterAll
  void stop() {
    gateway.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "key.plain",
        "key.space",
        "key.plus",
        "key.percent",
        "key.unicode",
        "key.double-slash",
        "key.reserved",
        "metadata",
        "range",
        "empty",
        "pages",
        "multipart",
        "large",
        "copy",
        "delete",
        "presigned.get",
        "presigned.put",
        "presigned.tampered"
      })
  void speaksS3WithBodiesWhoseTrailerIsNotSigned(String step) {
    JsonNode line = s3.passed(step);
    assertThat(line.path("same").asBoolean(true)).isTrue();
    assertThat(line.path("listed").asBoolean(true)).isTrue();
  }

  @Test
  void speaksToOtherServices() {
    services.passed("dynamodb.item");
    services.passed("sqs.message");
    assertThat(services.passed("sts.caller").get("arn").asText()).contains(":assumed-role/agents/");
  }
}
