package io.countersign.cli;

import io.countersign.catalog.Catalog;
import io.countersign.catalog.Service;
import io.countersign.catalog.endpoint.AuthScheme;
import io.countersign.catalog.endpoint.Endpoint;
import io.countersign.catalog.endpoint.NoEndpointException;
import io.countersign.catalog.endpoint.Partitions;
import io.countersign.catalog.endpoint.ServiceEndpoints;
import io.countersign.config.EndpointOptions;

/** The endpoints of a service in a Region, for {@code catalog show --region}. */
final class EndpointText {
  private EndpointText() {}

  /** One line for each kind of endpoint, or why there is none. */
  static String of(Catalog catalog, Service service, String region) {
    ServiceEndpoints endpoints =
        ServiceEndpoints.of(service, Partitions.parse(catalog.partitions()));
    EndpointOptions plain = EndpointOptions.DEFAULT;
    StringBuilder text = new StringBuilder();
    line(text, "endpoint", endpoints, region, plain, "Region");
    line(text, "FIPS", endpoints, region, plain.withFips(true), "UseFIPS");
    line(text, "dual stack", endpoints, region, plain.withDualStack(true), "UseDualStack");
    return text.toString();
  }

  private static void line(
      StringBuilder text,
      String name,
      ServiceEndpoints endpoints,
      String region,
      EndpointOptions options,
      String parameter) {
    boolean known = parameter.equals("Region") || endpoints.reads(parameter);
    text.append(
        "  %-14s %s%n"
            .formatted(name, known ? answer(endpoints, region, options) : "none of that kind"));
  }

  private static String answer(ServiceEndpoints endpoints, String region, EndpointOptions options) {
    try {
      Endpoint endpoint = endpoints.resolve(ServiceEndpoints.Question.of(region, options));
      return endpoint.url() + signed(endpoint, endpoints.service(), region);
    } catch (NoEndpointException e) {
      return "none: " + e.getMessage();
    }
  }

  private static String signed(Endpoint endpoint, Service service, String region) {
    AuthScheme scheme = endpoint.authSchemes().isEmpty() ? null : endpoint.authSchemes().getFirst();
    String name = scheme == null ? "" : scheme.signingName();
    String in = scheme == null ? "" : scheme.signingRegion();
    return ", signed as "
        + (name.isEmpty() ? service.signingName() : name)
        + " in "
        + (in.isEmpty() ? region : in);
  }
}
