package io.countersign.credentials;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkClientException;

/** Sockets that trust the certificates of a file, and no others. */
final class TrustedCas {
  private TrustedCas() {}

  /**
   * @param bundle PEM; null trusts what Java trusts
   * @throws SdkClientException when the file cannot be used; told as STS that is not reached
   */
  static SSLSocketFactory sockets(@Nullable Path bundle) {
    try {
      if (bundle == null) {
        return SSLContext.getDefault().getSocketFactory();
      }
      KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
      trusted.load(null, null);
      int number = 0;
      try (InputStream in = Files.newInputStream(bundle)) {
        for (Certificate one : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
          trusted.setCertificateEntry("ca-" + number++, one);
        }
      }
      if (number == 0) {
        throw SdkClientException.create("ca-bundle " + bundle + " has no certificate");
      }
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(trusted);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context.getSocketFactory();
    } catch (GeneralSecurityException | IOException e) {
      throw SdkClientException.create("ca-bundle " + bundle + " cannot be read: " + e);
    }
  }
}
