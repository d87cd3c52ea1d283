package io.countersign.sandbox;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The small world of IAM that a sandbox knows: users with long-lived keys, roles with their trust,
 * and what stands in the accounts when it starts. All of it is made up, keys included.
 *
 * @param users who can sign without assuming a role
 * @param roles what can be assumed
 * @param buckets S3 buckets that exist from the start
 * @param secrets Secrets Manager secrets, value by name
 */
public record Accounts(
    List<User> users, List<Role> roles, List<String> buckets, Map<String, String> secrets) {
  /** The account that the gateway runs in. */
  public static final String HOME = "123456789012";

  /** The account that holds the data. */
  public static final String DATA = "210987654321";

  /** The external ID that the demo's data roles ask for. */
  public static final String EXTERNAL_ID = "7f1c2a90-demo";

  /** Copies the collections. */
  public Accounts {
    users = List.copyOf(users);
    roles = List.copyOf(roles);
    buckets = List.copyOf(buckets);
    secrets = Map.copyOf(secrets);
  }

  /**
   * An IAM user.
   *
   * @param arn {@code arn:aws:iam::ACCOUNT:user/NAME}
   * @param accessKeyId begins with AKIA
   * @param secretAccessKey shown as it is: this is a test double
   * @param actions patterns such as {@code s3:*}
   */
  public record User(String arn, String accessKeyId, String secretAccessKey, List<String> actions) {
    /** Copies the list. */
    public User {
      actions = List.copyOf(actions);
    }
  }

  /**
   * An IAM role.
   *
   * @param arn {@code arn:aws:iam::ACCOUNT:role/NAME}
   * @param trusts ARNs of users and roles, or {@code arn:aws:iam::ACCOUNT:root} for a whole account
   * @param externalId what a caller must present; null when the trust policy asks for none
   * @param tagSession whether the trust policy allows {@code sts:TagSession}
   * @param webIdentity whether {@code AssumeRoleWithWebIdentity} may assume it
   * @param maxSessionDuration 1 to 12 hours
   * @param actions patterns such as {@code redshift-data:*}
   */
  public record Role(
      String arn,
      List<String> trusts,
      @Nullable String externalId,
      boolean tagSession,
      boolean webIdentity,
      Duration maxSessionDuration,
      List<String> actions) {
    /** Copies the lists. */
    public Role {
      trusts = List.copyOf(trusts);
      actions = List.copyOf(actions);
      Objects.requireNonNull(maxSessionDuration, "maxSessionDuration");
    }

    /** A role with an external ID, session tags and sessions of up to an hour. */
    public static Role trusting(
        String arn, String principal, @Nullable String externalId, String... actions) {
      return new Role(
          arn, List.of(principal), externalId, true, false, Duration.ofHours(1), List.of(actions));
    }
  }

  /**
   * The demo's world: one user, one adapter role in the home account, one role for each service in
   * the data account.
   */
  public static Accounts demo() {
    String gateway = "arn:aws:iam::" + HOME + ":user/gateway";
    String adapter = "arn:aws:iam::" + HOME + ":role/adapter";
    String data = "arn:aws:iam::" + DATA + ":role/";
    return new Accounts(
        List.of(
            new User(
                gateway,
                "AKIAIOSFODNN7EXAMPLE",
                "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
                List.of("sts:*"))),
        List.of(
            new Role(
                adapter,
                List.of(gateway),
                null,
                true,
                true,
                Duration.ofHours(12),
                List.of("sts:*")),
            Role.trusting(
                data + "warehouse-read",
                adapter,
                EXTERNAL_ID,
                "redshift-data:*",
                "secretsmanager:GetSecretValue"),
            Role.trusting(
                data + "lake-read",
                adapter,
                EXTERNAL_ID,
                "athena:*",
                "glue:Get*",
                "s3:Get*",
                "s3:List*"),
            Role.trusting(data + "files", adapter, EXTERNAL_ID, "s3:*"),
            Role.trusting(data + "secrets", adapter, EXTERNAL_ID, "secretsmanager:*"),
            Role.trusting(data + "tables", adapter, EXTERNAL_ID, "dynamodb:*"),
            Role.trusting(data + "nothing", adapter, EXTERNAL_ID)),
        List.of("demo-files", "athena-results"),
        Map.of("warehouse/agent", "{\"username\":\"agent\",\"password\":\"not-a-real-password\"}"));
  }

  /** These accounts and one more user. */
  public Accounts with(User user) {
    List<User> more = new ArrayList<>(users);
    more.add(user);
    return new Accounts(more, roles, buckets, secrets);
  }

  /** These accounts and one more role. */
  public Accounts with(Role role) {
    List<Role> more = new ArrayList<>(roles);
    more.add(role);
    return new Accounts(users, more, buckets, secrets);
  }

  /** These accounts and one more bucket. */
  public Accounts withBucket(String name) {
    List<String> more = new ArrayList<>(buckets);
    more.add(name);
    return new Accounts(users, roles, more, secrets);
  }
}
