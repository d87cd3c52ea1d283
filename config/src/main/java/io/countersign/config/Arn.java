package io.countersign.config;

import java.util.Objects;

/**
 * An Amazon resource name, {@code arn:partition:service:region:account:resource}.
 *
 * @param region may be empty
 * @param account may be empty
 * @see <a href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html">ARNs</a>
 */
public record Arn(
    String partition, String service, String region, String account, String resource) {
  public Arn {
    Objects.requireNonNull(partition, "partition");
    Objects.requireNonNull(service, "service");
    Objects.requireNonNull(region, "region");
    Objects.requireNonNull(account, "account");
    Objects.requireNonNull(resource, "resource");
  }

  /**
   * Splits the text at its first five colons.
   *
   * @throws IllegalArgumentException when the text is not an ARN; the message says what is wrong
   */
  public static Arn parse(String text) {
    String[] parts = text.split(":", 6);
    if (parts.length != 6 || !parts[0].equals("arn")) {
      throw new IllegalArgumentException(
          "'" + text + "' is not an ARN: arn:partition:service:region:account:resource");
    }
    return new Arn(parts[1], parts[2], parts[3], parts[4], parts[5]);
  }

  @Override
  public String toString() {
    return String.join(":", "arn", partition, service, region, account, resource);
  }
}
