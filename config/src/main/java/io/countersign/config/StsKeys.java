package io.countersign.config;

import java.net.URI;

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

  static final Section SECTION = Section.of(REGION, ENDPOINT, INSECURE_ENDPOINT);

  static final Form<Sts> STS = SECTION.as("a mapping", StsKeys::sts);

  private StsKeys() {}

  private static Sts sts(Values values, Reading in) {
    URI endpoint = values.get(ENDPOINT);
    if (endpoint != null) {
      boolean insecure = values.need(INSECURE_ENDPOINT);
      Addresses.checkEncrypted(endpoint, insecure, values.place(ENDPOINT), in);
    }
    return new Sts(values.get(REGION), endpoint);
  }
}
