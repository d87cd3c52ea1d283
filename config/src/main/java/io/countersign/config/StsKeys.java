package io.countersign.config;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** {@code sts}, of the gateway or of a connector. */
final class StsKeys {
  static final Key<String> REGION =
      Key.of("region", Forms.region(), "The Region whose STS is asked.")
          .otherwise("the connector's Region")
          .example("eu-west-1");
  static final Key<URI> ENDPOINT =
      Key.of(
              "endpoint",
              Addresses.ENDPOINT,
              "Where STS is, when it is not AWS's regional endpoint: a VPC endpoint, LocalStack.")
          .otherwise("AWS's regional endpoint")
          .example("https://vpce-0a1b.sts.eu-west-1.vpce.amazonaws.com");

  static final Key<Boolean> INSECURE_ENDPOINT =
      Key.of(
              "insecure-endpoint",
              Forms.flag(),
              "Allows `endpoint` to be plain http to another machine. For a stand-in AWS on a "
                  + "network of your own only.")
          .or("false");
  static final Key<Boolean> FIPS =
      Key.of("fips", Forms.flag(), "Whether AWS's FIPS endpoint is asked.").or("false");
  static final Key<Boolean> DUAL_STACK =
      Key.of("dual-stack", Forms.flag(), "Whether AWS's endpoint for IPv4 and IPv6 is asked.")
          .or("false");
  static final Key<URI> PROXY =
      Key.of(
              "proxy",
              Addresses.ENDPOINT,
              "An HTTP proxy through which STS is reached, `http://host:port`.")
          .otherwise("`HTTPS_PROXY` for AWS's own endpoint, none for one of your own")
          .example("http://proxy.internal:3128");
  static final Key<String> PROXY_USER =
      Key.of(
              "proxy-user",
              Forms.text(
                  "a user's name",
                  "[\\x21-\\x39\\x3b-\\x7e]{1,256}",
                  "cannot be a user's name",
                  "use visible ASCII characters and no ':'"),
              "The user, where the proxy asks for Basic authentication.")
          .example("gateway");
  static final Key<Secret> PROXY_PASSWORD =
      Key.of(
              "proxy-password",
              Forms.secret("a password", "[\\x20-\\x7e]{1,256}", "1 to 256 ASCII characters"),
              "The user's password.")
          .example("${file:/var/run/secrets/proxy-password}");
  static final Key<Path> CA_BUNDLE =
      Key.of(
              "ca-bundle",
              Forms.path(),
              "PEM certificates that are trusted for STS in place of Java's own. Read at the"
                  + " start.")
          .example("/etc/ssl/private-ca.pem");
  static final Key<String> CERTIFICATE_HOST =
      Key.of(
              "certificate-host",
              Forms.text(
                  "a host",
                  Addresses.HOST,
                  "names no host",
                  "write the name that the certificate bears"),
              "The name that the certificate of `endpoint` bears, when it is not the endpoint's: it"
                  + " is asked for (SNI) and checked.")
          .otherwise("the endpoint's host")
          .example("sts.eu-west-1.amazonaws.com");

  static final Section SECTION =
      Section.of(
          REGION,
          ENDPOINT,
          INSECURE_ENDPOINT,
          FIPS,
          DUAL_STACK,
          PROXY,
          PROXY_USER,
          PROXY_PASSWORD,
          CA_BUNDLE,
          CERTIFICATE_HOST);

  static final Form<Sts> STS = SECTION.as("a mapping", StsKeys::sts);

  private StsKeys() {}

  private static Sts sts(Values values, Reading in) {
    URI endpoint = values.get(ENDPOINT);
    boolean fips = values.need(FIPS);
    boolean dualStack = values.need(DUAL_STACK);
    if (endpoint != null) {
      boolean insecure = values.need(INSECURE_ENDPOINT);
      Addresses.checkEncrypted(endpoint, insecure, values.place(ENDPOINT), in);
      if (fips || dualStack) {
        in.problem(
            values.place(fips ? FIPS : DUAL_STACK),
            "an endpoint of your own and " + (fips ? "fips" : "dual-stack") + " exclude each other",
            "remove one of them; the endpoint itself can be a FIPS or dual-stack one");
      }
    } else if (values.has(CERTIFICATE_HOST)) {
      in.problem(
          values.place(CERTIFICATE_HOST),
          "certificate-host means nothing without endpoint",
          "add an endpoint");
    }
    Path bundle = values.get(CA_BUNDLE);
    if (bundle != null && !Files.isReadable(bundle)) {
      in.problem(
          values.place(CA_BUNDLE),
          "the file " + bundle + " does not exist or cannot be read",
          "mount it, or correct the path");
    }
    return new Sts(
        values.get(REGION),
        endpoint,
        fips,
        dualStack,
        proxy(values, in),
        bundle,
        values.get(CERTIFICATE_HOST));
  }

  private static @Nullable HttpProxy proxy(Values values, Reading in) {
    URI address = values.get(PROXY);
    String user = values.get(PROXY_USER);
    Secret password = values.get(PROXY_PASSWORD);
    if (address == null) {
      if (user != null || password != null) {
        in.problem(
            values.place(user != null ? PROXY_USER : PROXY_PASSWORD),
            "it means nothing without proxy",
            "add the proxy's address");
      }
      return null;
    }
    if ((user == null) != (password == null)) {
      in.problem(
          values.place(user != null ? PROXY_USER : PROXY_PASSWORD),
          "a user and a password go together",
          "write both, or neither");
    }
    if (!"http".equals(address.getScheme()) || address.getPort() < 0) {
      in.problem(
          values.place(PROXY), "a proxy is spoken to in plain HTTP", "write http://host:port");
    }
    return new HttpProxy(address, user, password);
  }
}
