package io.countersign.sandbox;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * AWS STS over the query protocol: AssumeRole, AssumeRoleWithWebIdentity, GetCallerIdentity.
 * Stricter than the usual stand-ins: a role that does not exist, a wrong external ID and a duration
 * that is too long are refused as AWS does.
 *
 * @see <a href="https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html">AWS:
 *     AssumeRole</a>
 */
final class StsService implements Service {
  private static final String NAMESPACE = "https://sts.amazonaws.com/doc/2011-06-15/";
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MAX_POLICY_CHARS = 2048;
  private static final int MAX_TAGS = 50;

  private final Identities identities;
  private final Clock clock;

  StsService(Identities identities, Clock clock) {
    this.identities = identities;
    this.clock = clock;
  }

  @Override
  public HttpResponse answer(Call call) throws AwsError, IOException {
    return switch (call.operation()) {
      case "GetCallerIdentity" -> getCallerIdentity(call);
      case "AssumeRole" -> assumeRole(call);
      default ->
          throw new AwsError(
              400,
              "InvalidAction",
              "Could not find operation " + call.operation() + " for version 2011-06-15");
    };
  }

  private static HttpResponse getCallerIdentity(Call call) {
    Caller caller = call.caller();
    return document(
        "GetCallerIdentity",
        Xml.element("Arn", caller.arn())
            + Xml.element("UserId", caller.userId())
            + Xml.element("Account", caller.account()),
        call.requestId());
  }

  private HttpResponse assumeRole(Call call) throws AwsError, IOException {
    Map<String, String> form = form(call.request());
    Map<String, String> tags = tags(form);
    Set<String> transitive = transitive(form, tags);
    String arn = validArn(form);
    String name = validName(form);
    Duration duration = validDuration(form);
    List<String> policy = validPolicy(form);
    Optional<Accounts.Role> found = identities.role(arn);
    Caller caller = call.caller();
    if (found.isEmpty() || !trusts(found.get(), caller, form.get("ExternalId"))) {
      throw denied(caller, "sts:AssumeRole", arn);
    }
    Accounts.Role role = found.get();
    if (!tags.isEmpty() && !role.tagSession()) {
      throw denied(caller, "sts:TagSession", arn);
    }
    if (duration.compareTo(role.maxSessionDuration()) > 0) {
      throw validation(
          "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.");
    }
    Caller.Session parent = caller.session();
    if (parent != null) {
      if (duration.compareTo(Duration.ofHours(1)) > 0) {
        throw validation(
            "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by"
                + " role chaining.");
      }
      for (String key : tags.keySet()) {
        if (parent.transitiveKeys().contains(key.toLowerCase(Locale.ROOT))) {
          throw new AwsError(
              400,
              "InvalidParameterValue",
              "One of the specified transitive tag keys can't be set because it conflicts with a"
                  + " transitive tag key from the calling session.");
        }
      }
    }
    Caller issued =
        identities.issue(role, name, expiry(duration), tags, transitive, parent, policy);
    return document("AssumeRole", session(issued) + packed(form), call.requestId());
  }

  /**
   * Unsigned: the web identity token stands for the caller. The sandbox takes {@code
   * sandbox-token:SUBJECT}.
   */
  HttpResponse assumeRoleWithWebIdentity(HttpRequest request, String requestId)
      throws AwsError, IOException {
    Map<String, String> form = form(request);
    String arn = validArn(form);
    String name = validName(form);
    Duration duration = validDuration(form);
    String token = form.getOrDefault("WebIdentityToken", "");
    if (token.equals("expired-token")) {
      throw new AwsError(
          400,
          "ExpiredTokenException",
          "Token expired: current date/time must be before the expiration date/time");
    }
    if (!token.startsWith("sandbox-token:")) {
      throw new AwsError(
          400,
          "InvalidIdentityToken",
          "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access"
              + " Token)");
    }
    Optional<Accounts.Role> role = identities.role(arn);
    if (role.isEmpty() || !role.get().webIdentity()) {
      throw new AwsError(
          403, "AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity");
    }
    if (duration.compareTo(role.get().maxSessionDuration()) > 0) {
      throw validation(
          "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.");
    }
    Caller issued =
        identities.issue(
            role.get(), name, expiry(duration), Map.of(), Set.of(), null, validPolicy(form));
    return document(
        "AssumeRoleWithWebIdentity",
        session(issued)
            + Xml.element("SubjectFromWebIdentityToken", token.substring("sandbox-token:".length()))
            + Xml.element("Provider", "sandbox"),
        requestId);
  }

  private Instant expiry(Duration duration) {
    return clock.instant().truncatedTo(ChronoUnit.SECONDS).plus(duration);
  }

  private static boolean trusts(Accounts.Role role, Caller caller, @Nullable String externalId) {
    boolean named = role.trusts().contains(caller.principal());
    boolean account = role.trusts().contains("arn:aws:iam::" + caller.account() + ":root");
    boolean sameAccount = role.arn().split(":", -1)[4].equals(caller.account());
    boolean allowed =
        (named && sameAccount) || ((named || account) && caller.may("sts:AssumeRole"));
    return allowed && (role.externalId() == null || role.externalId().equals(externalId));
  }

  private static AwsError denied(Caller caller, String action, String arn) {
    return new AwsError(
        403,
        "AccessDenied",
        "User: "
            + caller.arn()
            + " is not authorized to perform: "
            + action
            + " on resource: "
            + arn);
  }

  private static String validArn(Map<String, String> form) throws AwsError {
    String arn = form.getOrDefault("RoleArn", "");
    if (arn.length() < 20) {
      throw constraint(arn, "roleArn", "Member must have length greater than or equal to 20");
    }
    if (!arn.matches("arn:[a-z-]+:iam::[0-9]{12}:role/[\\w+=,.@/-]+")) {
      throw validation(arn + " is invalid");
    }
    return arn;
  }

  private static String validName(Map<String, String> form) throws AwsError {
    String name = form.getOrDefault("RoleSessionName", "");
    if (name.length() < 2 || name.length() > 64) {
      throw constraint(name, "roleSessionName", "Member must have length between 2 and 64");
    }
    if (!name.matches("[\\w+=,.@-]*")) {
      throw constraint(
          name, "roleSessionName", "Member must satisfy regular expression pattern: [\\w+=,.@-]*");
    }
    return name;
  }

  private static Duration validDuration(Map<String, String> form) throws AwsError {
    String text = form.getOrDefault("DurationSeconds", "3600");
    if (!text.matches("[0-9]{1,9}")) {
      throw new AwsError(400, "MalformedInput", "DurationSeconds is not a number");
    }
    long seconds = Long.parseLong(text);
    if (seconds < 900) {
      throw constraint(
          text, "durationSeconds", "Member must have value greater than or equal to 900");
    }
    if (seconds > 43_200) {
      throw constraint(
          text, "durationSeconds", "Member must have value less than or equal to 43200");
    }
    return Duration.ofSeconds(seconds);
  }

  /**
   * The action patterns that a session policy allows; null where there is none. Resources and
   * denies are not read.
   */
  private static @Nullable List<String> validPolicy(Map<String, String> form) throws AwsError {
    String policy = form.get("Policy");
    if (policy == null) {
      return null;
    }
    if (policy.length() > MAX_POLICY_CHARS) {
      throw new AwsError(
          400,
          "PackedPolicyTooLarge",
          "Packed size of session policy and tags is over the limit, please use smaller ones.");
    }
    JsonNode tree;
    try {
      tree = JSON.readTree(policy);
    } catch (JsonProcessingException e) {
      throw new AwsError(400, "MalformedPolicyDocument", "This policy contains invalid Json");
    }
    List<String> actions = new ArrayList<>();
    JsonNode statements = tree.path("Statement");
    for (JsonNode statement : statements.isArray() ? statements : List.of(statements)) {
      if (statement.path("Effect").asText().equals("Allow")) {
        JsonNode action = statement.path("Action");
        (action.isArray() ? action : List.of(action)).forEach(a -> actions.add(a.asText()));
      }
    }
    return actions;
  }

  private static Map<String, String> tags(Map<String, String> form) throws AwsError {
    Map<String, String> tags = new LinkedHashMap<>();
    Set<String> folded = new HashSet<>();
    for (int i = 1; form.containsKey("Tags.member." + i + ".Key"); i++) {
      String key = form.getOrDefault("Tags.member." + i + ".Key", "");
      String value = form.getOrDefault("Tags.member." + i + ".Value", "");
      if (key.isEmpty() || key.length() > 128 || value.length() > 256) {
        throw constraint(
            key,
            "tags." + i + ".member.key",
            "Member must have length between 1 and 128, its value at most 256");
      }
      if (!folded.add(key.toLowerCase(Locale.ROOT))) {
        throw new AwsError(
            400,
            "InvalidParameterValue",
            "Duplicate tag keys found. Please note that Tag keys are case insensitive.");
      }
      tags.put(key, value);
    }
    if (tags.size() > MAX_TAGS) {
      throw constraint(
          "" + tags.size(), "tags", "Member must have length less than or equal to 50");
    }
    return tags;
  }

  private static Set<String> transitive(Map<String, String> form, Map<String, String> tags)
      throws AwsError {
    Set<String> keys = new HashSet<>();
    for (int i = 1; form.containsKey("TransitiveTagKeys.member." + i); i++) {
      String key = form.getOrDefault("TransitiveTagKeys.member." + i, "");
      if (tags.keySet().stream().noneMatch(key::equalsIgnoreCase)) {
        throw new AwsError(
            400,
            "InvalidParameterValue",
            "The specified transitive tag key must be included in the requested tags.");
      }
      keys.add(key.toLowerCase(Locale.ROOT));
    }
    return keys;
  }

  private static Map<String, String> form(HttpRequest request) throws IOException {
    Map<String, String> form = new LinkedHashMap<>();
    request.parameters().forEach(p -> form.putIfAbsent(p.name(), p.value()));
    HttpRequest.parseForm(new String(request.body().bytes(), StandardCharsets.UTF_8))
        .forEach(p -> form.putIfAbsent(p.name(), p.value()));
    return form;
  }

  private static String session(Caller issued) {
    Caller.Session session = issued.session();
    if (session == null) {
      throw new IllegalStateException("an issued caller has a session");
    }
    return "<AssumedRoleUser>"
        + Xml.element("AssumedRoleId", issued.userId())
        + Xml.element("Arn", issued.arn())
        + "</AssumedRoleUser><Credentials>"
        + Xml.element("AccessKeyId", session.accessKeyId())
        + Xml.element("SecretAccessKey", session.secretAccessKey())
        + Xml.element("SessionToken", session.token())
        + Xml.element("Expiration", session.expiration().toString())
        + "</Credentials>";
  }

  private static String packed(Map<String, String> form) {
    int size = form.getOrDefault("Policy", "").length();
    return size == 0
        ? ""
        : Xml.element("PackedPolicySize", "" + Math.max(1, size * 100 / MAX_POLICY_CHARS));
  }

  private static AwsError validation(String message) {
    return new AwsError(400, "ValidationError", message);
  }

  private static AwsError constraint(String value, String member, String rule) {
    return validation(
        "1 validation error detected: Value '"
            + value
            + "' at '"
            + member
            + "' failed to satisfy constraint: "
            + rule);
  }

  private static HttpResponse document(String operation, String result, String requestId) {
    return HttpResponse.of(
            200,
            Body.of(
                "<"
                    + operation
                    + "Response xmlns=\""
                    + NAMESPACE
                    + "\"><"
                    + operation
                    + "Result>"
                    + result
                    + "</"
                    + operation
                    + "Result><ResponseMetadata><RequestId>"
                    + requestId
                    + "</RequestId></ResponseMetadata></"
                    + operation
                    + "Response>"))
        .with("Content-Type", "text/xml");
  }
}
