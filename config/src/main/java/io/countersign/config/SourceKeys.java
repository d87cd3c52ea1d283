package io.countersign.config;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/** {@code credentials}: a word, or a mapping with one key. */
final class SourceKeys {
  static final Key<String> ACCESS_KEY_ID =
      Key.of(
              "access-key-id",
              Forms.text(
                  "an access key ID",
                  "\\w{1,128}",
                  "cannot be an access key ID",
                  "use letters, digits and _"),
              "The access key ID.")
          .must()
          .example("${env:WAREHOUSE_KEY_ID}");
  static final Key<Secret> SECRET_ACCESS_KEY =
      Key.of("secret-access-key", key("a secret access key"), "The secret access key.")
          .must()
          .example("${file:secrets/warehouse-key}");
  static final Key<Secret> SESSION_TOKEN =
      Key.of(
              "session-token",
              key("a session token"),
              "The session token, for temporary keys. Nothing renews them.")
          .example("${env:WAREHOUSE_SESSION_TOKEN}");

  static final Section STATIC = Section.of(ACCESS_KEY_ID, SECRET_ACCESS_KEY, SESSION_TOKEN);

  static final Key<Arn> ROLE_ARN =
      Key.of("role-arn", RoleKeys.ROLE_ARN, "The role that the token may assume.")
          .otherwise("`AWS_ROLE_ARN`")
          .example("arn:aws:iam::123456789012:role/countersign");
  static final Key<Path> TOKEN_FILE =
      Key.of("token-file", Forms.path(), "The file of the token; read anew at every refresh.")
          .otherwise("`AWS_WEB_IDENTITY_TOKEN_FILE`")
          .example("/var/run/secrets/eks.amazonaws.com/serviceaccount/token");

  static final Section WEB_IDENTITY = Section.of(ROLE_ARN, TOKEN_FILE);

  static final Key<CredentialSource> STATIC_KEY =
      Key.<CredentialSource>of(
              "static",
              STATIC.as("a mapping", SourceKeys::staticKeys),
              "Keys that are given here, best by reference.")
          .example("{access-key-id: '${env:KEY_ID}', secret-access-key: '${file:secrets/key}'}");
  static final Key<CredentialSource> WEB_IDENTITY_KEY =
      Key.<CredentialSource>of(
              "web-identity",
              WEB_IDENTITY.as("a mapping", SourceKeys::webIdentity),
              "A web identity token (IRSA) whose role or file is not the one of the environment.")
          .example(
              "{role-arn: 'arn:aws:iam::123456789012:role/countersign', token-file: /run/token}");
  static final Key<CredentialSource> PROFILE_KEY =
      Key.<CredentialSource>of(
              "profile", profile(), "A profile of the shared configuration and credentials files.")
          .example("analytics");

  static final Key<List<String>> PROCESSES =
      Key.of(
              "credential-processes",
              Forms.list(
                  Forms.text(
                      "the name of a profile",
                      "[^\\[\\]\\x00-\\x1f]{1,256}",
                      "cannot be the name of a profile",
                      "write the name as it stands in the brackets of ~/.aws/config"),
                  "a list of profiles",
                  null),
              "Beside `profile`: the profiles whose `credential_process` may be run. The program "
                  + "runs with the gateway's rights, so none runs that is not named here.")
          .example("[analytics]");

  static final Section SECTION = Section.of(STATIC_KEY, WEB_IDENTITY_KEY, PROFILE_KEY, PROCESSES);

  private static final Map<String, CredentialSource> WORDS = words();

  private static final Form<CredentialSource> WORD = Forms.choice(WORDS);
  private static final Form<CredentialSource> MAPPING = SECTION.as("a mapping", SourceKeys::source);

  static final Form<CredentialSource> SOURCE =
      new Form<>() {
        @Override
        public @Nullable CredentialSource read(Place at, Reading in) {
          return at.node() instanceof ScalarNode ? WORD.read(at, in) : MAPPING.read(at, in);
        }

        @Override
        public String words() {
          return WORD.words() + ", or a mapping with one key";
        }

        @Override
        public ObjectNode schema() {
          ObjectNode mapping = MAPPING.schema().put("minProperties", 1).put("maxProperties", 2);
          return Schema.anyOf(List.of(WORD.schema(), mapping));
        }
      };

  private SourceKeys() {}

  private static Map<String, CredentialSource> words() {
    Map<String, CredentialSource> words = new LinkedHashMap<>();
    words.put("default", new CredentialSource.DefaultChain());
    words.put("environment", new CredentialSource.Environment());
    words.put("web-identity", new CredentialSource.WebIdentity(null, null));
    words.put("container", new CredentialSource.Container());
    words.put("imds", new CredentialSource.Imds());
    return words;
  }

  private static Form<Secret> key(String words) {
    return Forms.secret(words, "[\\x21-\\x7e]{1,16384}", "visible ASCII characters without spaces");
  }

  private static Form<CredentialSource> profile() {
    Form<String> name =
        Forms.text(
            "the name of a profile",
            "[^\\[\\]\\x00-\\x1f]{1,256}",
            "cannot be the name of a profile",
            "write the name as it stands in the brackets of ~/.aws/config");
    return new Form<>() {
      @Override
      public @Nullable CredentialSource read(Place at, Reading in) {
        String text = name.read(at, in);
        return text == null ? null : new CredentialSource.Profile(text);
      }

      @Override
      public String words() {
        return name.words();
      }

      @Override
      public ObjectNode schema() {
        return name.schema();
      }
    };
  }

  private static CredentialSource staticKeys(Values values, Reading in) {
    return new CredentialSource.Static(
        values.need(ACCESS_KEY_ID), values.need(SECRET_ACCESS_KEY), values.get(SESSION_TOKEN));
  }

  private static CredentialSource webIdentity(Values values, Reading in) {
    Path file = values.get(TOKEN_FILE);
    if (file != null && !Files.isReadable(file)) {
      in.problem(
          values.place(TOKEN_FILE),
          "the token file " + file + " does not exist or cannot be read",
          "mount it, or correct the path");
    }
    return new CredentialSource.WebIdentity(values.get(ROLE_ARN), file);
  }

  private static @Nullable CredentialSource source(Values values, Reading in) {
    List<Key<CredentialSource>> all = List.of(STATIC_KEY, WEB_IDENTITY_KEY, PROFILE_KEY);
    List<Key<CredentialSource>> given = all.stream().filter(values::has).toList();
    if (given.size() != 1) {
      in.problem(
          values.at(),
          given.isEmpty()
              ? "no source of credentials is named"
              : "more than one source of credentials is named",
          "keep exactly one of static, web-identity and profile");
      return null;
    }
    CredentialSource source = values.get(given.getFirst());
    List<String> processes = values.get(PROCESSES);
    if (processes == null) {
      return source;
    }
    if (source instanceof CredentialSource.Profile profile) {
      return new CredentialSource.Profile(profile.name(), Set.copyOf(processes));
    }
    in.problem(
        values.place(PROCESSES), "credential-processes stands beside profile only", "remove it");
    return null;
  }
}
