package io.countersign.door;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What clients put into the host of a request to S3. */
class S3HostTest {
  private static final List<String> NAMES = List.of("localhost", "countersign.agents.svc");

  private static String read(String host, String service) {
    S3Host read = S3Host.of(host, NAMES, service);
    if (read == null) {
      return "nothing";
    }
    S3Host.AccessPoint point = read.accessPoint();
    return point == null ? read.name() : read.name() + " " + point.arn("aws", "eu-west-1");
  }

  @ParameterizedTest
  @CsvSource({
    "localhost, s3, nothing",
    "localhost:7070, s3, nothing",
    "127.0.0.1:7070, s3, nothing",
    "[::1]:7070, s3, nothing",
    "s3.localhost, s3, nothing",
    "elsewhere, s3, nothing",
    "bucket.localhost:7070, s3, bucket",
    "Bucket.LocalHost, s3, bucket",
    "my.bucket.countersign.agents.svc, s3, my.bucket",
    "bucket-123456789012.localhost, s3, bucket-123456789012",
    "bucket.s3.eu-west-1.amazonaws.com, s3, bucket",
    "my.bucket.s3.dualstack.eu-west-1.amazonaws.com, s3, my.bucket",
    "bucket.s3.amazonaws.com, s3, bucket",
    "bucket.s3.cn-north-1.amazonaws.com.cn, s3, bucket",
    "s3.eu-west-1.amazonaws.com, s3, nothing",
    "logs--euw1-az1--x-s3.localhost, s3express, logs--euw1-az1--x-s3",
    "logs--euw1-az1--x-s3.s3express-euw1-az1.eu-west-1.amazonaws.com, s3express,"
        + " logs--euw1-az1--x-s3",
    "x--op-s3.op-0123.localhost, s3-outposts, x--op-s3",
  })
  void aBucketIsReadFromTheHost(String host, String service, String expected) {
    assertThat(read(host, service)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "shared-123456789012.s3-accesspoint.localhost:7070, s3,"
        + " arn:aws:s3:eu-west-1:123456789012:accesspoint/shared",
    "shared-123456789012.s3-accesspoint.eu-west-1.amazonaws.com, s3,"
        + " arn:aws:s3:eu-west-1:123456789012:accesspoint/shared",
    "shared-123456789012.s3-accesspoint-fips.dualstack.eu-west-1.amazonaws.com, s3,"
        + " arn:aws:s3:eu-west-1:123456789012:accesspoint/shared",
    "shared-123456789012.op-0123.localhost, s3-outposts,"
        + " arn:aws:s3-outposts:eu-west-1:123456789012:outpost/op-0123/accesspoint/shared",
    "shared-123456789012.localhost, s3-object-lambda,"
        + " arn:aws:s3-object-lambda:eu-west-1:123456789012:accesspoint/shared",
  })
  void anAccessPointIsReadWhereTheScopeOrALabelSaysThatItIsOne(
      String host, String service, String arn) {
    assertThat(read(host, service)).isEqualTo("shared-123456789012 " + arn);
  }

  @Test
  void anyHostIsReadOrPassedOver() {
    Random random = new Random(8);
    String letters = "ab1-.:[]@%s3";
    for (int i = 0; i < 20_000; i++) {
      StringBuilder host = new StringBuilder();
      for (int j = random.nextInt(20); j > 0; j--) {
        host.append(letters.charAt(random.nextInt(letters.length())));
      }
      host.append(List.of("", ".localhost", ".s3.eu-west-1.amazonaws.com").get(random.nextInt(3)));
      S3Host read = S3Host.of(host.toString(), NAMES, "s3");
      if (read != null) {
        assertThat(read.name()).isNotEmpty();
      }
    }
  }
}
