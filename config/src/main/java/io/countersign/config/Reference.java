package io.countersign.config;

import java.util.LinkedHashMap;
import java.util.Map;

/** The tables of {@code docs/configuration.md}, made from the keys that the loader reads by. */
final class Reference {
  static final String BEGIN = "<!-- keys: made from the loader's table; do not edit by hand -->\n";
  static final String END = "<!-- end of keys -->\n";

  private Reference() {}

  /** Every section with its title. */
  static Map<String, Section> sections() {
    Map<String, Section> sections = new LinkedHashMap<>();
    sections.put("The top of the file", RootKeys.SECTION);
    sections.put("`agents.<name>`", AgentKeys.SECTION);
    sections.put("`agents.<name>.allow[]` and `agents.<name>.deny[]`", GrantKeys.SECTION);
    sections.put("`agents.<name>.allow[].times`", GrantKeys.HOURS);
    sections.put("`identity`", IdentityKeys.SECTION);
    sections.put("`identity.issuers.<name>`", IdentityKeys.ISSUER_SECTION);
    sections.put("`identity.kubernetes`", IdentityKeys.KUBERNETES_SECTION);
    sections.put("`identity.client-certificates`", IdentityKeys.CLIENT_SECTION);
    sections.put("`connectors.<name>`", ConnectorKeys.SECTION);
    sections.put("`connectors.<name>.credentials` as a mapping", SourceKeys.SECTION);
    sections.put("`connectors.<name>.credentials.static`", SourceKeys.STATIC);
    sections.put("`connectors.<name>.credentials.web-identity`", SourceKeys.WEB_IDENTITY);
    sections.put("`connectors.<name>.role`, and each item of it", RoleKeys.SECTION);
    sections.put("`connectors.<name>.roles-per-call`", RolesPerCallKeys.SECTION);
    sections.put("`sts` and `connectors.<name>.sts`", StsKeys.SECTION);
    sections.put("`tls`", ServerKeys.TLS);
    sections.put("`virtual-credentials`", ServerKeys.VIRTUAL);
    sections.put("`limits`", ServerKeys.LIMITS);
    sections.put("`timeouts`", ServerKeys.TIMEOUTS);
    sections.put("`log`", ServerKeys.LOG);
    sections.put("`log.access` and `log.audit` as a mapping", ServerKeys.SINK);
    return sections;
  }

  /** The part of the page between its two marks, the marks included. */
  static String markdown() {
    StringBuilder page = new StringBuilder(BEGIN);
    sections()
        .forEach(
            (title, section) -> {
              page.append("\n### ").append(title).append("\n\n");
              page.append("| key | value | default | meaning |\n|---|---|---|---|\n");
              for (Key<?> key : section.keys()) {
                page.append(
                    "| `%s` | %s | %s | %s |\n"
                        .formatted(key, kind(key), missing(key), meaning(key)));
              }
            });
    return page.append('\n').append(END).toString();
  }

  private static String kind(Key<?> key) {
    return key.form().words();
  }

  private static String missing(Key<?> key) {
    if (key.required()) {
      return "**required**";
    }
    if (key.fallback() != null) {
      return "`" + key.fallback() + "`";
    }
    return key.otherwise().isEmpty() ? "–" : key.otherwise();
  }

  private static String meaning(Key<?> key) {
    return key.example().isEmpty()
        ? key.meaning()
        : key.meaning() + " Example: `" + key.example() + "`";
  }
}
