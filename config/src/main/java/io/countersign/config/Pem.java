package io.countersign.config;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collection;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Looks whether a certificate and a private key can be used before the gateway relies on them. */
final class Pem {
  private static final int MAX_FILE = 1 << 20;
  private static final Pattern PKCS8 =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");

  private Pem() {}

  /** Whether both can be read and belong together; if not, problems were reported. */
  static boolean check(
      Path certificateFile, Place certificateAt, Path keyFile, Place keyAt, Reading in) {
    String certificateText = read(certificateFile, certificateAt, in);
    String keyText = read(keyFile, keyAt, in);
    Certificate certificate =
        certificateText == null
            ? null
            : certificate(certificateFile, certificateText, certificateAt, in);
    if (keyText == null) {
      return false;
    }
    byte[] der = der(keyFile, keyText, keyAt, in);
    if (der == null || certificate == null) {
      return false;
    }
    PublicKey publicKey = certificate.getPublicKey();
    if (!belongs(der, publicKey)) {
      in.problem(
          keyAt,
          keyFile + " does not hold the key of the certificate (" + publicKey.getAlgorithm() + ")",
          "name the key that the certificate was made for");
      return false;
    }
    return true;
  }

  /** Whether the file holds certificates; if not, a problem was reported. */
  static boolean checkBundle(Path file, Place at, Reading in) {
    in.read(file);
    String text = read(file, at, in);
    if (text == null) {
      return false;
    }
    try {
      if (!CertificateFactory.getInstance("X.509")
          .generateCertificates(
              new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1)))
          .isEmpty()) {
        return true;
      }
    } catch (GeneralSecurityException e) {
      in.problem(
          at,
          file + " holds a certificate that cannot be read",
          "name a PEM file of authorities, with lines '-----BEGIN CERTIFICATE-----'");
      return false;
    }
    in.problem(
        at,
        file + " holds no certificate",
        "name a PEM file of authorities, with lines '-----BEGIN CERTIFICATE-----'");
    return false;
  }

  private static @Nullable String read(Path file, Place at, Reading in) {
    if (!Files.isRegularFile(file)) {
      in.problem(at, "the file " + file + " does not exist", "create it, or correct the path");
      return null;
    }
    try (var stream = Files.newInputStream(file)) {
      byte[] bytes = stream.readNBytes(MAX_FILE + 1);
      if (bytes.length <= MAX_FILE) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
      }
      in.problem(at, file + " is larger than 1 MiB", "name a PEM file");
    } catch (IOException e) {
      in.problem(
          at,
          "the file " + file + " cannot be read (" + e.getClass().getSimpleName() + ")",
          "let the user that runs the gateway read it");
    }
    return null;
  }

  private static @Nullable Certificate certificate(Path file, String text, Place at, Reading in) {
    String mend = "name a file with lines '-----BEGIN CERTIFICATE-----', the gateway's own first";
    try {
      Collection<? extends Certificate> all =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(
                  new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1)));
      if (!all.isEmpty() && all.iterator().next() instanceof X509Certificate first) {
        return first;
      }
      in.problem(at, file + " holds no certificate", mend);
    } catch (GeneralSecurityException e) {
      in.problem(at, file + " holds no certificate that can be read", mend);
    }
    return null;
  }

  private static byte @Nullable [] der(Path file, String text, Place at, Reading in) {
    Matcher match = PKCS8.matcher(text);
    if (match.find()) {
      try {
        return Base64.getMimeDecoder().decode(match.group(1));
      } catch (IllegalArgumentException e) {
        in.problem(at, file + " is damaged: its key is not Base64", "copy the file again");
        return null;
      }
    }
    if (text.contains("-----BEGIN ENCRYPTED PRIVATE KEY-----")) {
      in.problem(
          at,
          file + " is encrypted with a password",
          "write it without: openssl pkcs8 -topk8 -nocrypt -in KEY -out NEW");
    } else if (text.contains("PRIVATE KEY-----")) {
      in.problem(
          at,
          file + " is not in PKCS #8 form",
          "convert it: openssl pkcs8 -topk8 -nocrypt -in KEY -out NEW");
    } else {
      in.problem(
          at,
          file + " holds no private key",
          "name a file with a line '-----BEGIN PRIVATE KEY-----'");
    }
    return null;
  }

  /** Signs with the one and verifies with the other. */
  private static boolean belongs(byte[] der, PublicKey publicKey) {
    String algorithm = publicKey.getAlgorithm();
    String signature =
        switch (algorithm) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          default -> "EdDSA";
        };
    try {
      PrivateKey key =
          KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
      byte[] probe = "countersign".getBytes(StandardCharsets.US_ASCII);
      Signature signer = Signature.getInstance(signature);
      signer.initSign(key);
      signer.update(probe);
      byte[] signed = signer.sign();
      Signature verifier = Signature.getInstance(signature);
      verifier.initVerify(publicKey);
      verifier.update(probe);
      return verifier.verify(signed);
    } catch (GeneralSecurityException e) {
      return false; // a key of another algorithm, or none at all: it is not the certificate's
    }
  }
}
