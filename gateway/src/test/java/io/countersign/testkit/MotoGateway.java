package io.countersign.testkit;

import java.util.Map;

/** The configuration of a gateway whose AWS is {@link Moto}: one agent, a connector a service. */
public final class MotoGateway {
  /** The token of agent {@code analyst}. */
  public static final String TOKEN = "analyst-0123456789abcdef0123456789abcdef";

  /** The token of agent {@code visitor}, who may read from connector {@code archive} only. */
  public static final String VISITOR_TOKEN = "visitor-0123456789abcdef0123456789abcdef";

  public static final String REGION = "us-east-1";

  /** Where {@code archive} is, read-only, and {@code locked-out}, whose external ID is wrong. */
  public static final String OTHER_REGION = "eu-west-1";

  /** {@code virtual-credentials.key}. */
  public static final String VIRTUAL_KEY = "a-key-of-the-tests-0123456789abcdef";

  private static final String YAML =
      """
      virtual-credentials: { key: '${env:VIRTUAL_KEY}' }
      agents:
        analyst:
          token: ${env:ANALYST_TOKEN}
          allow:
            - connector: lake
              operations:
                - Get*
                - Head*
                - List*
                - PutObject
                - CopyObject
                - DeleteObject*
                - "*MultipartUpload*"
                - UploadPart*
            - connector: orders
              operations: [Get*, List*, Describe*, PutItem, Query, Scan, UpdateItem, DeleteItem]
            - connector: jobs
              operations: [Get*, List*, SendMessage*, ReceiveMessage, DeleteMessage]
            - connector: caller
            - connector: vault
            - connector: archive
            - connector: locked-out
        visitor:
          token: ${env:VISITOR_TOKEN}
          allow:
            - connector: archive
      connectors:
      """;

  private MotoGateway() {}

  /** Starts one; {@code name} is that of its log files. */
  public static RunningGateway start(String name) {
    return start(name, "");
  }

  /** Starts one that takes copies of signed requests that change state. */
  public static RunningGateway startTakingCopies(String name) {
    return start(name, "", YAML.replace("VIRTUAL_KEY}' }", "VIRTUAL_KEY}', replay: allow }"));
  }

  /** Starts one with more in its configuration: {@code more} is YAML at the top level. */
  public static RunningGateway start(String name, String more) {
    return start(name, more, YAML);
  }

  private static RunningGateway start(String name, String more, String begin) {
    Moto moto = Moto.start();
    String agents = moto.role("agents");
    String partner = "{ arn: '%s', external-id: %s }";
    String readWrite = "access: read-write";
    String yaml =
        more
            + "sts: { region: us-east-1, endpoint: '"
            + moto.endpoint()
            + "' }\n"
            + begin
            + connector("lake", "s3", REGION, agents, readWrite)
            + connector("orders", "dynamodb", REGION, agents, readWrite)
            + connector("jobs", "sqs", REGION, agents, readWrite)
            + connector("caller", "sts", REGION, agents, readWrite)
            + connector(
                "vault",
                "secretsmanager",
                REGION,
                agents,
                "credential-operations: [GetSecretValue]")
            + connector(
                "archive",
                "s3",
                OTHER_REGION,
                partner.formatted(moto.role("partner"), moto.fact("externalId")),
                "access: read-only")
            + connector(
                "locked-out",
                "sqs",
                OTHER_REGION,
                partner.formatted(moto.role("partner"), "of-another-customer"),
                // else its refused role would be tried, and logged, again and again
                "pinned: false");
    return RunningGateway.start(
        name,
        yaml,
        Map.of(
            "VIRTUAL_KEY", VIRTUAL_KEY,
            "ANALYST_TOKEN", TOKEN,
            "VISITOR_TOKEN", VISITOR_TOKEN,
            "KEY_ID", moto.fact("accessKeyId"),
            "KEY_SECRET", moto.fact("secretAccessKey")));
  }

  private static String connector(
      String name, String service, String region, String role, String more) {
    return """
      %s:
        service: %s
        region: %s
        credentials:
          static: { access-key-id: '${env:KEY_ID}', secret-access-key: '${env:KEY_SECRET}' }
        role: %s
        endpoint: %s
        %s
    """
        .formatted(name, service, region, role, Moto.start().endpoint(), more);
  }
}
