package io.countersign.signer.differential;

import io.countersign.signer.AwsCredentials;
import io.countersign.signer.HeaderSelection;
import io.countersign.signer.PathRule;
import io.countersign.signer.SigningParameters;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Cases that differ from one another in one thing each: what a stale cache would mix up. */
final class Variants {

  private static final String TOKEN = "FwoGZXIvYXdzEA" + "t".repeat(700) + "==";

  private Variants() {}

  /** A call, and everything that differs from it in one thing, in the given mode. */
  static List<Case> of(String service, HeaderSelection selection, boolean presigned) {
    SigningParameters parameters =
        SigningParameters.of(
                AwsCredentials.of("AKIDEXAMPLE", "secret", TOKEN),
                "eu-west-1",
                service,
                Instant.parse("2026-12-31T23:59:58Z"))
            .withHeaders(selection);
    Case base =
        new Case(
            parameters,
            presigned,
            false,
            "POST",
            "/b//k%20l", // each path rule makes something else of it
            "a=1&b=2",
            List.of(
                new Case.Header("Host", "example.amazonaws.com"),
                new Case.Header("Content-Type", "application/json"),
                new Case.Header("X-Amz-Target", "Service.Operation"),
                new Case.Header("x-amz-meta-a", "1"),
                new Case.Header("x-amz-meta-a", "2"),
                new Case.Header("Accept", "*/*"),
                new Case.Header("User-Agent", "agent"),
                new Case.Header("Connection", "close, x-hop"),
                new Case.Header("x-hop", "h")),
            "{}");
    List<Case> all = new ArrayList<>();
    all.add(base);
    requests(all, base);
    headers(all, base);
    parameters(all, base);
    return all;
  }

  private static void requests(List<Case> all, Case base) {
    all.add(base.withMethod("PUT"));
    all.add(base.withMethod("post"));
    all.add(base.withPath("/b//K%20l"));
    all.add(base.withPath("/b//k%20l/"));
    all.add(base.withPath("/b/k%20l"));
    all.add(base.withPath("/b//%6B%20l"));
    all.add(base.withQuery("a=1&b=3"));
    all.add(base.withQuery("b=2&a=1"));
    all.add(base.withQuery("a=1"));
    all.add(base.withQuery(""));
    all.add(base.withQuery("a=1&b=2&c"));
    all.add(base.withBody("{ }"));
    all.add(base.withBody(""));
    all.add(base.withModes(base.presigned(), true));
  }

  private static void headers(List<Case> all, Case base) {
    List<Case.Header> headers = base.headers();
    for (int i = 0; i < headers.size(); i++) {
      Case.Header header = headers.get(i);
      all.add(base.withHeaders(replaced(headers, i, header.name(), header.value() + "x")));
      all.add(base.withHeaders(replaced(headers, i, header.name(), header.value() + " ")));
      all.add(
          base.withHeaders(
              replaced(headers, i, header.name().toUpperCase(Locale.ROOT), header.value())));
      if (!header.name().equals("Host")) {
        all.add(base.withHeaders(replaced(headers, i, header.name() + "x", header.value())));
        List<Case.Header> fewer = new ArrayList<>(headers);
        fewer.remove(i);
        all.add(base.withHeaders(fewer));
      }
      List<Case.Header> swapped = new ArrayList<>(headers);
      swapped.add(swapped.remove(i));
      all.add(base.withHeaders(swapped));
    }
    all.add(base.withHeaders(replaced(headers, 3, "x-amz-meta-a", "2"))); // 2,2 for 1,2
    for (String[] more :
        new String[][] {
          {"x-amz-meta-a", "3"},
          {"x-amz-new", "1"},
          {"x-hop", "1"},
          {"Range", "bytes=0-1"},
          {"Connection", "x-amz-target"},
          {"Connection", "accept"},
          {"x-amz-content-sha256", "UNSIGNED-PAYLOAD"},
          {"x-amz-date", "19990101T000000Z"},
          {"x-amz-security-token", "other"},
          {"x-amz-server-side-encryption-customer-key", "k"}
        }) {
      List<Case.Header> added = new ArrayList<>(headers);
      added.add(new Case.Header(more[0], more[1]));
      all.add(base.withHeaders(added));
    }
  }

  private static List<Case.Header> replaced(
      List<Case.Header> headers, int i, String name, String value) {
    List<Case.Header> changed = new ArrayList<>(headers);
    changed.set(i, new Case.Header(name, value));
    return changed;
  }

  private static void parameters(List<Case> all, Case base) {
    SigningParameters p = base.parameters();
    String other = TOKEN.replace("t==", "u==");
    all.add(base.withCredentials(AwsCredentials.of("AKIDEXAMPLE", "secret2", TOKEN)));
    all.add(base.withCredentials(AwsCredentials.of("AKIDEXAMPLE", "s".repeat(100), TOKEN)));
    all.add(base.withCredentials(AwsCredentials.of("AKIDEXAMPLE", "s".repeat(101), TOKEN)));
    all.add(base.withCredentials(AwsCredentials.of("AKIDEXAMPLE2", "secret", TOKEN)));
    all.add(base.withCredentials(AwsCredentials.of("AKIDEXAMPLE", "secret", other)));
    all.add(base.withCredentials(AwsCredentials.of("AKIDEXAMPLE", "secret", null)));
    for (String time :
        new String[] {
          "2026-12-31T23:59:58.999Z",
          "2026-12-31T23:59:59Z",
          "2027-01-01T00:00:00Z",
          "2026-12-30T23:59:58Z"
        }) {
      all.add(base.with(at(p, "eu-west-1", p.service(), Instant.parse(time))));
    }
    all.add(base.with(at(p, "eu-west-2", p.service(), p.time())));
    all.add(base.with(at(p, "eu-west-1", p.service() + "x", p.time())));
    all.add(base.with(p.withPathRule(new PathRule(true, false))));
    all.add(base.with(p.withPathRule(new PathRule(false, true))));
    all.add(base.with(p.withContentHashHeader(!p.contentHashHeader())));
    all.add(base.with(p.withSignSessionToken(false)));
    all.add(
        base.with(
            p.withHeaders(
                p.headers() == HeaderSelection.ALL
                    ? HeaderSelection.MINIMAL
                    : HeaderSelection.ALL)));
  }

  private static SigningParameters at(
      SigningParameters p, String region, String service, Instant time) {
    return new SigningParameters(
        p.credentials(),
        region,
        service,
        time,
        p.pathRule(),
        p.headers(),
        p.contentHashHeader(),
        p.signSessionToken());
  }
}
