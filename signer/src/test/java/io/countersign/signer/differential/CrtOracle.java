package io.countersign.signer.differential;

import io.countersign.signer.CrtBody;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.crt.Log;
import software.amazon.awssdk.crt.auth.credentials.Credentials;
import software.amazon.awssdk.crt.auth.signing.AwsSigner;
import software.amazon.awssdk.crt.auth.signing.AwsSigningConfig;
import software.amazon.awssdk.crt.http.HttpHeader;
import software.amazon.awssdk.crt.http.HttpRequest;
import software.amazon.awssdk.crt.http.HttpRequestBodyStream;

/**
 * The C library of AWS, through the AWS Common Runtime. It tells its canonical request and its
 * string to sign to its log only, so that is where they are read from; a NUL in them ends the
 * message. There is one log in a process, so there is one of these.
 */
final class CrtOracle implements Oracle {

  private static final String CANONICAL_REQUEST = "successfully built canonical request";
  private static final String STRING_TO_SIGN = "successfully built string-to-sign";
  private static final String CONTENTS = "with contents \n";
  private static final String NEXT_LINE = "\n[";

  /** The C library writes its log block by block: this many of them bring out any block. */
  private static final String PADDING = "-".repeat(2048);

  private static final int MAX_PADDING = 200_000;

  /** Past this the log is emptied. */
  private static final long MAX_LOG_BYTES = 16 << 20;

  private final RandomAccessFile log;
  private long read;
  private int number;

  CrtOracle(Path folder) {
    Path file = folder.resolve("crt.log");
    Log.initLoggingToFile(Log.LogLevel.Info, file.toString());
    try {
      log = new RandomAccessFile(file.toFile(), "rw");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String name() {
    return "crt";
  }

  @Override
  public List<Outcome> sign(List<Case> cases) {
    if (read > MAX_LOG_BYTES) {
      empty();
    }
    List<Signature> signatures = new ArrayList<>();
    for (Case c : cases) {
      signatures.add(signature(c, mark()));
    }
    String end = mark();
    String written = written(end);
    List<Outcome> outcomes = new ArrayList<>();
    int at = 0;
    for (int i = 0; i < signatures.size(); i++) {
      Signature signature = signatures.get(i);
      String next = i + 1 < signatures.size() ? signatures.get(i + 1).mark : end;
      int from = written.indexOf(signature.mark, at);
      int to = written.indexOf(next, from);
      if (from < 0 || to < 0) {
        throw new AssertionError("the log of the CRT lacks " + signature.mark + " or " + next);
      }
      outcomes.add(outcome(cases.get(i), signature, written.substring(from, to)));
      at = to;
    }
    return outcomes;
  }

  private String mark() {
    String mark = "case-" + System.identityHashCode(this) + "-" + number++ + ";";
    Log.log(Log.LogLevel.Info, Log.LogSubject.JavaCrtGeneral, mark);
    return mark;
  }

  private record Signature(String mark, @Nullable String hex, String refusal) {}

  private static Outcome outcome(Case c, Signature signature, String lines) {
    if (signature.hex == null) {
      return new Outcome.Refused(signature.refusal);
    }
    String canonical = contents(lines, CANONICAL_REQUEST);
    String stringToSign = contents(lines, STRING_TO_SIGN);
    boolean complete =
        stringToSign.endsWith(Reference.hex(Reference.sha256(Case.octets(canonical))));
    if (!complete && c.raw().indexOf(0) < 0) {
      throw new AssertionError("cannot read the log of the CRT: " + lines);
    }
    return new Outcome.Signed(canonical, stringToSign, signature.hex, complete);
  }

  private static String contents(String lines, String what) {
    int from = lines.indexOf(CONTENTS, lines.indexOf(what)) + CONTENTS.length();
    int to = lines.indexOf(NEXT_LINE + "INFO] [2", from);
    if (to < 0) {
      throw new AssertionError("cannot read the log of the CRT: " + lines);
    }
    String contents = lines.substring(from, to);
    return contents.endsWith("\n") ? contents.substring(0, contents.length() - 1) : contents;
  }

  /** What the log has got since the last time, up to the mark at least. */
  private String written(String mark) {
    StringBuilder written = new StringBuilder();
    for (int i = 0; i < MAX_PADDING; i++) {
      written.append(more());
      if (written.indexOf(mark) >= 0) {
        return written.toString();
      }
      Log.log(Log.LogLevel.Info, Log.LogSubject.JavaCrtGeneral, PADDING);
      LockSupport.parkNanos(50_000); // for the thread of the C library that writes the file
    }
    throw new AssertionError("the log of the CRT does not go on; it lacks " + mark);
  }

  private String more() {
    try {
      byte[] bytes = new byte[(int) (log.length() - read)];
      log.seek(read);
      log.readFully(bytes);
      read += bytes.length;
      return new String(bytes, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Empties the log, into which the library then goes on to append; padding only may get lost. */
  private void empty() {
    try {
      log.setLength(0);
      read = 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Signature signature(Case c, String mark) {
    try (AwsSigningConfig config = config(c)) {
      String target = SdkOracle.utf8(c.query().isEmpty() ? c.path() : c.path() + "?" + c.query());
      HttpHeader[] headers = new HttpHeader[c.headerCount()];
      for (int i = 0; i < headers.length; i++) {
        headers[i] = new HttpHeader(Case.octets(c.headerName(i)), Case.octets(c.headerValue(i)));
      }
      HttpRequest request = new HttpRequest(c.method(), target, headers, stream(c.bodyBytes()));
      byte[] hex = AwsSigner.sign(request, config).get().getSignature();
      return new Signature(mark, new String(hex, StandardCharsets.US_ASCII), "");
    } catch (CharacterCodingException e) {
      return new Signature(mark, null, "takes text, and the request line is no UTF-8");
    } catch (ExecutionException e) {
      return new Signature(mark, null, String.valueOf(e.getCause()));
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static AwsSigningConfig config(Case c) {
    AwsSigningConfig config = new AwsSigningConfig();
    String token = c.credentials().sessionToken();
    config.setAlgorithm(
        c.service().equals("s3express") && token != null
            ? AwsSigningConfig.AwsSigningAlgorithm.SIGV4_S3EXPRESS
            : AwsSigningConfig.AwsSigningAlgorithm.SIGV4);
    config.setSignatureType(
        c.presigned()
            ? AwsSigningConfig.AwsSignatureType.HTTP_REQUEST_VIA_QUERY_PARAMS
            : AwsSigningConfig.AwsSignatureType.HTTP_REQUEST_VIA_HEADERS);
    config.setRegion(c.region());
    config.setService(c.service());
    config.setTime(c.time().toEpochMilli());
    config.setCredentials(
        new Credentials(
            Case.octets(c.credentials().accessKeyId()),
            Case.octets(c.credentials().secretAccessKey()),
            token == null ? null : Case.octets(token)));
    config.setUseDoubleUriEncode(c.rule().doubleEncode());
    config.setShouldNormalizeUriPath(c.rule().normalize());
    if (c.presigned()) {
      config.setExpirationInSeconds(Case.EXPIRES.toSeconds());
    } else if (c.hashHeader()) {
      config.setSignedBodyHeader(AwsSigningConfig.AwsSignedBodyHeaderType.X_AMZ_CONTENT_SHA256);
    }
    if (c.unsignedPayload()) {
      config.setSignedBodyValue("UNSIGNED-PAYLOAD");
    }
    return config;
  }

  private static @Nullable HttpRequestBodyStream stream(byte[] body) {
    return body.length == 0 ? null : new CrtBody(body);
  }
}
