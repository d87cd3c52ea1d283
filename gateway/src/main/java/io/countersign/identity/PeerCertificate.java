package io.countersign.identity;

import io.countersign.config.ClientCertificates;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/**
 * What a client's certificate says of its owner, once TLS has verified it.
 *
 * @param names the SPIFFE ID, and DNS names after {@value ClientCertificates#DNS}; none where the
 *     certificate names its owner in no way that is taken here
 * @param notAfter when it ends, also for a connection that lives longer
 */
public record PeerCertificate(List<String> names, Instant notAfter) {
  private static final int DNS_NAME = 2;
  private static final int URI = 6;
  private static final String SPIFFE = "spiffe://";

  public PeerCertificate {
    names = List.copyOf(names);
  }

  /**
   * Reads a certificate. One with several URIs has no SPIFFE ID, as the SPIFFE X.509-SVID standard
   * (section 2) has it.
   */
  public static PeerCertificate of(X509Certificate certificate) {
    List<String> names = new ArrayList<>();
    List<String> uris = new ArrayList<>();
    for (List<?> name : alternativeNames(certificate)) {
      if (name.get(1) instanceof String text) {
        if (name.get(0).equals(DNS_NAME)) {
          names.add(ClientCertificates.DNS + text.toLowerCase(Locale.ROOT));
        } else if (name.get(0).equals(URI)) {
          uris.add(text);
        }
      }
    }
    if (uris.size() == 1 && uris.getFirst().startsWith(SPIFFE)) {
      names.add(uris.getFirst());
    } else if (!uris.isEmpty()) {
      names.clear(); // whose it is would be a guess
    }
    return new PeerCertificate(names, certificate.getNotAfter().toInstant());
  }

  private static Collection<List<?>> alternativeNames(X509Certificate certificate) {
    try {
      Collection<List<?>> names = certificate.getSubjectAlternativeNames();
      return names == null ? List.of() : names;
    } catch (CertificateParsingException e) {
      return List.of(); // names that cannot be read name nobody
    }
  }
}
