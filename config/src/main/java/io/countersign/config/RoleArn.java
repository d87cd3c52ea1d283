package io.countersign.config;

import java.util.regex.Pattern;

/**
 * What the ARN of a role must be: {@code arn:aws:iam::123456789012:role/path/name}.
 *
 * @see <a href="https://docs.aws.amazon.com/IAM/latest/APIReference/API_Role.html">Role</a>
 */
public final class RoleArn {
  /** Of the whole: a path has at most 512 characters, a name 64. */
  public static final int MOST = 640;

  private static final Pattern NAME = Pattern.compile("[\\w+=,.@-]{1,64}");
  private static final Pattern PATH = Pattern.compile("(?:[\\x21-\\x7e]{1,510}/)?");
  private static final Pattern ACCOUNT = Pattern.compile("\\d{12}");
  private static final Pattern PARTITION = Pattern.compile("[a-z-]{1,32}");
  private static final String MEND = "write arn:aws:iam::<12-digit account>:role/<name>";

  private RoleArn() {}

  /**
   * Reads the ARN of a role that a request names. Whether there is such a partition is not asked.
   *
   * @throws IllegalArgumentException when it is none; the message says why and how to mend it, and
   *     does not repeat the text
   */
  public static Arn parse(String text) {
    try {
      return read(text);
    } catch (Wrong e) {
      throw new IllegalArgumentException(e.says() + "; " + e.mend(), e);
    }
  }

  static Arn read(String text) throws Wrong {
    if (text.length() > MOST) {
      throw new Wrong("is longer than the ARN of any role", MEND);
    }
    Arn arn;
    try {
      arn = Arn.parse(text);
    } catch (IllegalArgumentException e) {
      throw new Wrong("is not an ARN", MEND);
    }
    return check(arn);
  }

  static Arn check(Arn arn) throws Wrong {
    if (arn.resource().startsWith("assumed-role/") || arn.service().equals("sts")) {
      String[] parts = arn.resource().split("/", -1);
      boolean whole =
          parts.length > 1
              && NAME.matcher(parts[1]).matches()
              && ACCOUNT.matcher(arn.account()).matches()
              && PARTITION.matcher(arn.partition()).matches();
      throw new Wrong(
          "is a session of a role, not the role",
          whole
              ? "write arn:"
                  + arn.partition()
                  + ":iam::"
                  + arn.account()
                  + ":role/"
                  + parts[1]
                  + " (with the role's path, if it has one)"
              : MEND);
    }
    if (!arn.service().equals("iam") || !arn.resource().startsWith("role/")) {
      throw new Wrong("is not the ARN of a role", MEND);
    }
    if (!arn.region().isEmpty()) {
      throw new Wrong("has a Region, and roles have none", MEND);
    }
    if (!ACCOUNT.matcher(arn.account()).matches()) {
      throw new Wrong("has no 12-digit account", MEND);
    }
    String full = arn.resource().substring("role/".length());
    int slash = full.lastIndexOf('/') + 1;
    if (!NAME.matcher(full.substring(slash)).matches()
        || !PATH.matcher(full.substring(0, slash)).matches()) {
      throw new Wrong("has no role's name that IAM would allow", MEND);
    }
    return arn;
  }
}
