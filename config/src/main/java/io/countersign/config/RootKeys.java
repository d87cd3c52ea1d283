package io.countersign.config;

import io.countersign.config.AgentKeys.Held;
import io.countersign.config.Forms.Located;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The keys at the top of the file, and the checks across sections. */
final class RootKeys {
  static final Key<HostPort> LISTEN =
      Key.of(
              "listen",
              Addresses.LISTEN,
              "The agents' port. SDKs take credentials over plain HTTP from the same machine only: "
                  + "another address than loopback needs `tls`.")
          .or("127.0.0.1:7070");
  static final Key<HostPort> ADMIN =
      Key.of(
              "admin",
              Addresses.LISTEN,
              "The port of metrics, health and administration. It asks nobody who they are.")
          .or("127.0.0.1:7071");
  static final Key<Tls> TLS =
      Key.<Tls>of(
              "tls",
              ServerKeys.TLS.as("a mapping", ServerKeys::tls),
              "TLS on the agents' port. A changed file is taken up without a restart.")
          .otherwise("plain HTTP")
          .example(
              "{certificate: /etc/countersign/tls.crt, private-key: /etc/countersign/tls.key}");
  static final Key<List<String>> HOST_NAMES =
      Key.of(
              "host-names",
              Forms.list(
                  Forms.text(
                      "a host's name",
                      Addresses.HOST,
                      "names no host",
                      "write a name without scheme, port and path"),
                  "a list of host names",
                  null),
              "The names by which agents reach the gateway, so that `bucket.<name>` is known to be "
                  + "a bucket.")
          .or("[localhost]")
          .example("[localhost, countersign.agents.svc]");
  static final Key<Integer> THREADS =
      Key.of(
              "threads",
              Forms.integer(0, 256),
              "Event loops; 0 takes one for each processor. Read at the start only.")
          .or("0");
  static final Key<VirtualCredentials> VIRTUAL_CREDENTIALS =
      Key.of(
              "virtual-credentials",
              ServerKeys.VIRTUAL.as("a mapping", ServerKeys::virtual),
              "The credentials that agents get in place of AWS's.")
          .or("{}");
  static final Key<Sts> STS =
      Key.of("sts", StsKeys.STS, "The STS that is asked, unless a connector says otherwise.")
          .or("{}");
  static final Key<List<Located<String>>> EXTRA_REGIONS =
      Key.of(
              "extra-regions",
              Forms.list(
                  Forms.located(
                      Forms.text(
                          "a Region",
                          "[a-z0-9-]{1,63}",
                          "cannot be a Region",
                          "write a Region's name, such as eu-west-1")),
                  "a list of Regions",
                  null),
              "AWS Regions that are newer than this release.")
          .or("[]")
          .example("[eu-west-9]");
  static final Key<Path> EXTRA_MODELS =
      Key.of(
              "extra-models",
              Forms.path(),
              "A folder of AWS service models that are newer than this release, as botocore has"
                  + " them in `botocore/data`: `SERVICE/VERSION/service-2.json`. Read anew with the"
                  + " file. `countersign catalog update` says what it changes.")
          .otherwise("the models of this release")
          .example("/etc/countersign/models");
  static final Key<Map<String, Held>> AGENTS =
      Key.of("agents", AgentKeys.AGENTS, "The callers, by name.").or("{}");
  static final Key<IdentityKeys.Held> IDENTITY =
      Key.of(
              "identity",
              IdentityKeys.IDENTITY,
              "How agents prove who they are, beside tokens and virtual credentials.")
          .or("{}");
  static final Key<Map<String, Connector>> CONNECTORS =
      Key.of(
              "connectors",
              Forms.named("connector", ConnectorKeys.CONNECTOR),
              "What can be called, by name.")
          .or("{}");
  static final Key<Limits> LIMITS =
      Key.of(
              "limits",
              ServerKeys.LIMITS.as("a mapping", ServerKeys::limits),
              "What one request, and all of them together, may take.")
          .or("{}");
  static final Key<Timeouts> TIMEOUTS =
      Key.of(
              "timeouts",
              ServerKeys.TIMEOUTS.as("a mapping", ServerKeys::timeouts),
              "How long the gateway waits.")
          .or("{}");
  static final Key<Logging> LOG =
      Key.of("log", ServerKeys.LOG.as("a mapping", ServerKeys::log), "What is written, and where.")
          .or("{}");

  static final Section SECTION =
      Section.of(
          LISTEN,
          ADMIN,
          TLS,
          HOST_NAMES,
          THREADS,
          VIRTUAL_CREDENTIALS,
          STS,
          EXTRA_REGIONS,
          EXTRA_MODELS,
          AGENTS,
          IDENTITY,
          CONNECTORS,
          LIMITS,
          TIMEOUTS,
          LOG);

  private RootKeys() {}

  /** Null only after a problem was reported. */
  static @Nullable GatewayConfig read(Place root, Reading in) {
    Values values = SECTION.read(root, in);
    if (values == null) {
      return null;
    }
    readExtraRegions(values.need(EXTRA_REGIONS), in);
    in.finish();

    HostPort listen = values.need(LISTEN);
    HostPort admin = values.need(ADMIN);
    checkPorts(listen, admin, values, in);

    Map<String, Held> held = values.need(AGENTS);
    Map<String, Connector> connectors = values.need(CONNECTORS);
    IdentityKeys.Held identity = values.need(IDENTITY);
    AgentKeys.check(held, connectorNames(values, connectors), identity, in);
    IdentityKeys.check(identity, agentNames(values, held), in);
    if (identity.identity().clientCertificates() != null && !values.has(TLS)) {
      in.problem(
          values.place(IDENTITY),
          "client-certificates are asked for, and the agents' port has no TLS",
          "add tls: {certificate: …, private-key: …}");
    }
    Map<String, Agent> agents = new LinkedHashMap<>();
    held.forEach((name, agent) -> agents.put(name, agent.agent()));

    return new GatewayConfig(
        listen,
        admin,
        values.get(TLS),
        values.need(HOST_NAMES),
        values.need(THREADS),
        values.need(VIRTUAL_CREDENTIALS),
        values.need(STS),
        agents,
        connectors,
        values.need(LIMITS),
        values.need(TIMEOUTS),
        values.need(LOG),
        in.regions(),
        values.get(EXTRA_MODELS),
        identity.identity());
  }

  /** Also those that are malformed: who names one of them is not wrong for that. */
  private static Set<String> agentNames(Values values, Map<String, Held> agents) {
    return values.has(AGENTS) ? Section.keysOf(values.place(AGENTS).node()) : agents.keySet();
  }

  /** Also those that are malformed: a grant that names one of them is not wrong for that. */
  private static Set<String> connectorNames(Values values, Map<String, Connector> connectors) {
    return values.has(CONNECTORS)
        ? Section.keysOf(values.place(CONNECTORS).node())
        : connectors.keySet();
  }

  private static void readExtraRegions(List<Located<String>> extra, Reading in) {
    for (Located<String> region : extra) {
      if (in.regions().knows(region.value())) {
        in.warning(region.at(), Reading.shown(region.at()) + " is known already", "remove it here");
      } else if (in.regions().partitionByForm(region.value()).isEmpty()) {
        in.problem(
            region.at(),
            Reading.shown(region.at()) + " has the form of no AWS Region",
            Nearest.suggestion(region.value(), in.regions().names(), "correct it"));
      } else {
        in.regions(in.regions().with(List.of(region.value())));
      }
    }
  }

  private static void checkPorts(HostPort listen, HostPort admin, Values values, Reading in) {
    if (listen.port() != 0 && listen.port() == admin.port() && listen.host().equals(admin.host())) {
      in.problem(
          values.place(values.has(ADMIN) ? ADMIN : LISTEN),
          "listen and admin are the same address, " + listen,
          "give each a port of its own");
    }
    if (!Addresses.isLoopback(listen.host()) && !values.has(TLS)) {
      in.warning(
          values.place(LISTEN),
          "agents' tokens cross the network unencrypted, and SDKs refuse to take credentials"
              + " over plain http from another machine",
          "add tls, or listen on 127.0.0.1");
    }
    if (!Addresses.isLoopback(admin.host())) {
      in.warning(
          values.place(ADMIN),
          "the admin port asks nobody who they are, and other machines can reach it",
          "keep it on 127.0.0.1, or close it off by a network policy");
    }
  }
}
