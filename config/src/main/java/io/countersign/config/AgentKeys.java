package io.countersign.config;

import io.countersign.config.Forms.Located;
import io.countersign.config.GrantKeys.Draft;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code agents.<name>}. */
final class AgentKeys {
  /** Shorter tokens can be guessed; a warning only, so that tests and demos stay easy. */
  static final int STRONG_TOKEN = 20;

  private static final Form<Located<Secret>> TOKEN_FORM =
      Forms.located(
          Forms.secret(
              "a bearer token, or `sha256:` and its SHA-256 in hexadecimal",
              "(?!" + Agent.HASHED + ")[\\x21-\\x7e]{1,4096}|" + Agent.HASHED + "[0-9a-f]{64}",
              "1 to 4096 visible ASCII characters without spaces, or "
                  + Agent.HASHED
                  + " and 64 digits of 0-9 and a-f",
              text -> text.startsWith(Agent.HASHED)));

  static final Key<Located<Secret>> TOKEN =
      Key.of(
              "token",
              TOKEN_FORM,
              "The agent's bearer token, or its hash. Needed unless `identity` names the agent.")
          .example("${file:/var/run/secrets/countersign/analyst}");
  static final Key<List<Located<Secret>>> TOKENS =
      Key.of(
              "tokens",
              Forms.list(
                  TOKEN_FORM,
                  "a list of bearer tokens",
                  new Wrong("is empty", "give the agent at least one token")),
              "Several bearer tokens, all of them good, so that one can replace another.")
          .example("['${file:analyst-new}', '${file:analyst-old}']");

  static final Key<List<Draft>> ALLOW =
      Key.of(
              "allow",
              GrantKeys.GRANTS,
              "What the agent may call. What is not allowed here is refused.")
          .or("[]")
          .example("[{connector: warehouse}]");
  static final Key<List<Draft>> DENY =
      Key.of(
              "deny",
              GrantKeys.GRANTS,
              "What the agent may not call, whatever `allow` says. What cannot be known of a call"
                  + " counts as denied.")
          .or("[]")
          .example("[{connector: '*', operations: ['Delete*']}]");

  static final Section SECTION = Section.of(TOKEN, TOKENS, ALLOW, DENY);

  private static final Form<Held> AGENT = SECTION.as("a mapping", AgentKeys::agent);

  /** All agents. */
  static final Form<Map<String, Held>> AGENTS = Forms.named("agent", AGENT);

  private AgentKeys() {}

  /** An agent and what is needed to check it against the rest of the file. */
  record Held(
      Agent agent, List<Located<Secret>> tokens, List<Draft> rules, boolean hasToken, Place at) {}

  private static @Nullable Held agent(Values values, Reading in) {
    List<Located<Secret>> tokens = new ArrayList<>();
    Located<Secret> one = values.get(TOKEN);
    if (one != null) {
      tokens.add(one);
    }
    List<Located<Secret>> more = values.get(TOKENS);
    if (more != null) {
      tokens.addAll(more);
    }
    for (Located<Secret> token : tokens) {
      if (token.value().reveal().length() < STRONG_TOKEN) {
        in.warning(
            token.at(),
            "the token is shorter than " + STRONG_TOKEN + " characters and could be guessed",
            "draw one: openssl rand -hex 24");
      }
    }
    List<Draft> grants = values.need(ALLOW);
    List<Draft> denials = values.need(DENY);
    List<Draft> rules = new ArrayList<>(grants);
    rules.addAll(denials);
    if (grants.isEmpty()) {
      in.warning(values.at(), "the agent may call nothing", "add allow: [{connector: …}]");
    }
    return new Held(
        new Agent(
            values.at().name(),
            tokens.stream().map(Located::value).toList(),
            grants.stream().map(Draft::grant).toList(),
            denials.stream().map(Draft::grant).toList()),
        tokens,
        rules,
        values.has(TOKEN) || values.has(TOKENS),
        values.at());
  }

  /** The checks that need all agents and the names of all connectors. */
  static void check(
      Map<String, Held> agents, Set<String> connectors, IdentityKeys.Held identity, Reading in) {
    Map<Secret, String> owners = new HashMap<>();
    agents.forEach(
        (name, held) -> {
          if (!held.hasToken() && !identity.canBe(name)) {
            in.problem(
                held.at(),
                "the agent has no token, so nobody could be it",
                "add token: ${file:PATH} or token: ${env:NAME}, or name it under identity");
          }
          for (Located<Secret> token : held.tokens()) {
            String owner = owners.putIfAbsent(token.value(), name);
            if (owner != null && owner.equals(name)) {
              in.problem(token.at(), "the agent has this token twice", "remove one of them");
            } else if (owner != null) {
              in.problem(
                  token.at(),
                  "the agents '" + owner + "' and '" + name + "' have the same token",
                  "give each agent a token of its own");
            }
          }
          held.rules().forEach(rule -> GrantKeys.check(rule, connectors, in));
        });
  }
}
