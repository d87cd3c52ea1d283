package io.countersign.identity;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * Asks an issuer's server for a document. It follows no redirect and takes nothing larger than
 * {@value #MAX_BYTES} bytes. Blocks, for at most {@link #WITHIN} and a read more; never called on
 * an event loop. Thread-safe.
 */
final class IssuerHttp {
  static final int MAX_BYTES = 1024 * 1024;
  static final Duration WITHIN = Duration.ofSeconds(10);

  private static final int TIMEOUT_MILLIS = 5_000;

  private final @Nullable Path caFile;
  private final @Nullable Path tokenFile;

  /**
   * @param caFile PEM, read anew each time; null trusts what Java trusts
   * @param tokenFile a bearer token to send, read anew each time; null for none
   */
  IssuerHttp(@Nullable Path caFile, @Nullable Path tokenFile) {
    this.caFile = caFile;
    this.tokenFile = tokenFile;
  }

  /**
   * The document at an address.
   *
   * @throws IOException when there is none to be had; the message says where and why, and holds
   *     nothing of any token
   */
  String get(URI from) throws IOException {
    return exchange(from, null);
  }

  /** As {@link #get}, for the answer to a JSON document. */
  String post(URI to, String json) throws IOException {
    return exchange(to, json);
  }

  private String exchange(URI uri, @Nullable String json) throws IOException {
    long start = System.nanoTime();
    HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
    try {
      connection.setInstanceFollowRedirects(false);
      connection.setUseCaches(false);
      connection.setConnectTimeout(TIMEOUT_MILLIS);
      connection.setReadTimeout(TIMEOUT_MILLIS);
      connection.setRequestProperty("Accept", "application/json");
      if (connection instanceof HttpsURLConnection https && caFile != null) {
        https.setSSLSocketFactory(trusting(caFile));
      }
      if (tokenFile != null) {
        connection.setRequestProperty(
            "Authorization",
            "Bearer " + Files.readString(tokenFile, StandardCharsets.US_ASCII).strip());
      }
      if (json != null) {
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        connection.setDoOutput(true);
        connection.setFixedLengthStreamingMode(body.length);
        connection.setRequestProperty("Content-Type", "application/json");
        connection.getOutputStream().write(body);
      }
      int status = connection.getResponseCode();
      if (status != 200 && !(json != null && status == 201)) {
        throw new IOException(uri + " answered with status " + status);
      }
      try (InputStream in = connection.getInputStream()) {
        return read(in, uri, start);
      }
    } finally {
      connection.disconnect();
    }
  }

  private static String read(InputStream in, URI uri, long start) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    byte[] piece = new byte[8192];
    int count;
    while ((count = in.read(piece)) >= 0) {
      bytes.write(piece, 0, count);
      if (bytes.size() > MAX_BYTES) {
        throw new IOException(uri + " answered with more than " + MAX_BYTES + " bytes");
      }
      if (System.nanoTime() - start > WITHIN.toNanos()) {
        throw new IOException(uri + " did not answer within " + WITHIN.toSeconds() + " s");
      }
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private static SSLSocketFactory trusting(Path bundle) throws IOException {
    try {
      KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
      trusted.load(null, null);
      int number = 0;
      try (InputStream in = Files.newInputStream(bundle)) {
        for (Certificate one : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
          trusted.setCertificateEntry("ca-" + number, one);
          number++;
        }
      }
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(trusted);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context.getSocketFactory();
    } catch (GeneralSecurityException e) {
      throw new IOException("the authorities in " + bundle + " cannot be used", e);
    }
  }
}
