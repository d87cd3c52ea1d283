package io.countersign.benchmarks.report;

import static io.countersign.benchmarks.report.Comparison.Kind.LIMIT;
import static io.countersign.benchmarks.report.Comparison.Kind.OURS;
import static io.countersign.benchmarks.report.Comparison.Kind.PEER;

import io.countersign.benchmarks.signer.Chunked;
import io.countersign.benchmarks.signer.SharedKeys;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What a run of the signer's suite says: comparisons, figures, bounds. */
public final class SignerRun {
  private static final String SDK = "AWS SDK for Java v2";
  private static final String CRT = "AWS CRT over JNI";
  private static final List<String> FORMS = List.of("repeated", "distinct");

  private final JmhResults results;
  private final int cores;

  /**
   * A run.
   *
   * @param cores those of the machine it ran on
   */
  public SignerRun(JmhResults results, int cores) {
    this.results = results;
    this.cores = cores;
  }

  /** Every case of which something was run. */
  public List<Comparison> comparisons() {
    List<@Nullable Comparison> all = new ArrayList<>();
    for (String form : FORMS) {
      all.add(jsonPost(form));
    }
    all.add(coldKey());
    for (String form : FORMS) {
      all.add(
          three("s3-get", "S3 GET with four query parameters, unsigned payload", "S3Get", form));
    }
    for (String form : FORMS) {
      all.add(three("presigned-get", "Presigned GET", "PresignedGet", form));
    }
    for (String form : FORMS) {
      all.add(verification(form));
    }
    all.add(largeBody());
    all.add(chunked());
    for (String form : FORMS) {
      all.add(threads(form));
    }
    all.add(canonicalization());
    List<Comparison> present = new ArrayList<>();
    for (Comparison comparison : all) {
      if (comparison != null) {
        present.add(comparison);
      }
    }
    return present;
  }

  private @Nullable Comparison jsonPost(String form) {
    return new Comparison.Builder(
            "json-post." + form,
            "JSON POST of 250 bytes, 700-byte session token, warm key; " + form,
            "sdk")
        .line("ours", "Countersign", OURS, results.get("JsonPost.ours:" + form))
        .line(
            "ours-as-sdk",
            "Countersign with x-amz-content-sha256, as the SDK",
            OURS,
            results.get("JsonPost.oursAsSdk:" + form))
        .line("sdk", SDK, PEER, results.get("JsonPost.sdk:" + form))
        .line("crt", CRT, PEER, results.get("JsonPost.crt:" + form))
        .line("naive", "hashes alone, naive", LIMIT, results.get("HashFloor.naive"))
        .line("cloned", "hashes alone, cloned states", LIMIT, results.get("HashFloor.clonedStates"))
        .build();
  }

  private @Nullable Comparison coldKey() {
    return new Comparison.Builder("cold-key", "JSON POST, a new date for each signature", "sdk")
        .note("The bound is 1.5 times the warm signature and four HMACs.")
        .line("ours", "Countersign", OURS, results.get("ColdKey.ours"))
        .line("sdk", SDK, PEER, results.get("ColdKey.sdk"))
        .line("warm", "Countersign, warm key", OURS, results.get("JsonPost.ours:repeated"))
        .line("four-hmacs", "four HMACs by javax.crypto", LIMIT, results.get("ColdKey.fourHmacs"))
        .build();
  }

  private @Nullable Comparison three(String key, String title, String suite, String form) {
    return new Comparison.Builder(key + "." + form, title + "; " + form, "sdk")
        .line("ours", "Countersign", OURS, results.get(suite + ".ours:" + form))
        .line("sdk", SDK, PEER, results.get(suite + ".sdk:" + form))
        .line("crt", CRT, PEER, results.get(suite + ".crt:" + form))
        .build();
  }

  private @Nullable Comparison verification(String form) {
    return new Comparison.Builder(
            "verification." + form, "Verification of the JSON POST; " + form, "sign")
        .line("verify", "verifying", OURS, results.get("Verification.ours:" + form))
        .line("sign", "signing", OURS, results.get("JsonPost.ours:" + form))
        .build();
  }

  private @Nullable Comparison largeBody() {
    return new Comparison.Builder("large-body", "PUT of 1 MiB, signed", "sha256")
        .line("ours", "Countersign", OURS, results.get("LargeBody.ours"))
        .line("sha256", "SHA-256 alone", LIMIT, results.get("LargeBody.sha256"))
        .build();
  }

  private @Nullable Comparison chunked() {
    return new Comparison.Builder(
            "chunked", "aws-chunked, 64 MiB in chunks of 64 KiB, signed", "sha256")
        .note(
            "B/op is for the whole body of "
                + Chunked.BODY / Chunked.CHUNK
                + " chunks; garbage, of which nothing is held.")
        .line("write", "Countersign, writing", OURS, results.get("Chunked.write"))
        .line("read", "Countersign, reading and verifying", OURS, results.get("Chunked.read"))
        .line("sha256", "SHA-256 alone", LIMIT, results.get("Chunked.sha256"))
        .build();
  }

  private @Nullable Comparison threads(String form) {
    return new Comparison.Builder(
            "threads." + form, "JSON POST from several threads; " + form, "one")
        .note(
            "Time for one signature on one core: the time of a thread, divided by how many threads"
                + " a core has.")
        .line("one", "one thread", OURS, results.get("SharedKeys.oneThread:" + form))
        .line(
            "nothing-shared",
            "a thread for each core, nothing shared",
            OURS,
            results.get("SharedKeys.nothingShared:" + form))
        .line(
            "eight",
            SharedKeys.THREADS + " threads, one signer and its keys shared",
            OURS,
            perCore(results.get("SharedKeys.eightThreads:" + form)))
        .build();
  }

  private @Nullable Measure perCore(@Nullable Measure ofThread) {
    int busy = Math.min(cores, SharedKeys.THREADS);
    return ofThread == null ? null : ofThread.times((double) busy / SharedKeys.THREADS);
  }

  private @Nullable Comparison canonicalization() {
    return new Comparison.Builder("canonicalization", "Canonicalization alone", "")
        .line("path-of-s3", "path, as S3 wants it", OURS, results.get("Canonicalization.pathOfS3"))
        .line(
            "path-of-others",
            "path, normalized",
            OURS,
            results.get("Canonicalization.pathOfOthers"))
        .line("query", "query of four parameters", OURS, results.get("Canonicalization.query"))
        .build();
  }

  /**
   * Everything that a text may quote, by name: {@code CASE.LINE.ns}, {@code CASE.LINE.bytes}, and
   * for two lines of a case {@code CASE.A-to-B}, how many times B's time A takes.
   */
  public Map<String, Double> figures() {
    Map<String, Double> figures = new TreeMap<>();
    comparisons().forEach(comparison -> comparison.addFigures(figures));
    Double cold = figures.get("cold-key.ours.ns");
    Double warm = figures.get("cold-key.warm.ns");
    Double hmacs = figures.get("cold-key.four-hmacs.ns");
    if (cold != null && warm != null) {
      figures.put("cold-key.derivation.ns", cold - warm);
      if (hmacs != null) {
        figures.put("cold-key.ours-to-bound", cold / (1.5 * warm + hmacs));
      }
    }
    return figures;
  }

  /** What is to be reached. */
  public static List<Bound> bounds() {
    List<Bound> bounds = new ArrayList<>();
    for (String form : FORMS) {
      String post = "json-post." + form + ".ours";
      bounds.add(Bound.atMost("JSON POST to SDK v2; " + form, post + "-to-sdk", 0.17, " ×"));
      bounds.add(
          Bound.atMost(
              "JSON POST to the naive hash floor; " + form, post + "-to-naive", 0.65, " ×"));
      bounds.add(Bound.atMost("JSON POST, allocation; " + form, post + ".bytes", 1024, " B"));
    }
    bounds.add(
        Bound.atMost("Cold key to 1.5 warm + four HMACs", "cold-key.ours-to-bound", 1, " ×"));
    for (String form : FORMS) {
      bounds.add(
          Bound.atMost("S3 GET to SDK v2; " + form, "s3-get." + form + ".ours-to-sdk", 0.2, " ×"));
    }
    for (String form : FORMS) {
      bounds.add(
          Bound.atMost(
              "Presigned GET to SDK v2; " + form,
              "presigned-get." + form + ".ours-to-sdk",
              0.2,
              " ×"));
    }
    for (String form : FORMS) {
      bounds.add(
          Bound.atMost(
              "Verification to signing; " + form,
              "verification." + form + ".verify-to-sign",
              1.3,
              " ×"));
    }
    bounds.add(
        Bound.atLeast("1 MiB body, speed to SHA-256", "large-body.sha256-to-ours", 0.95, " ×"));
    bounds.add(
        Bound.atLeast(
            "aws-chunked writer, speed to SHA-256", "chunked.sha256-to-write", 0.9, " ×"));
    bounds.add(
        Bound.atLeast("aws-chunked reader, speed to SHA-256", "chunked.sha256-to-read", 0.9, " ×"));
    for (String form : FORMS) {
      bounds.add(
          Bound.atMost(
              "8 threads to one, per core; " + form,
              "threads." + form + ".eight-to-one",
              1.05,
              " ×"));
    }
    return bounds;
  }
}
