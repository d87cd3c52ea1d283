package io.countersign.credentials;

import io.countersign.credentials.CredentialFailure.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Reads a file that somebody else renews. */
final class TokenFile {
  /** A token has a few kilobytes at most. */
  private static final int MOST_BYTES = 64 * 1024;

  private TokenFile() {}

  /**
   * The file's text as it is.
   *
   * @param what it holds, for messages
   * @throws SourceRefusal when it is missing, unreadable, blank or too long
   */
  static String read(Path file, String what) throws SourceRefusal {
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file)) {
      bytes = in.readNBytes(MOST_BYTES + 1);
    } catch (NoSuchFileException e) {
      throw refusal(
          "the file of the " + what + ", " + file + ", does not exist",
          "mount the token into the gateway's container at that path, or correct the path");
    } catch (AccessDeniedException e) {
      throw refusal(
          "the file of the " + what + ", " + file + ", may not be read by this process",
          "let the gateway's user read it (fsGroup of the pod's securityContext)");
    } catch (IOException e) {
      throw refusal(
          "the file of the " + what + ", " + file + ", cannot be read: " + e,
          "make it a readable file");
    }
    if (bytes.length > MOST_BYTES) {
      throw refusal(
          "the file of the " + what + ", " + file + ", is longer than any token",
          "point to the token's file");
    }
    String text = new String(bytes, StandardCharsets.UTF_8);
    if (text.isBlank()) {
      throw refusal(
          "the file of the " + what + ", " + file + ", is empty",
          "see why its owner (the kubelet) has not written it");
    }
    return text;
  }

  private static SourceRefusal refusal(String message, String mend) {
    return new SourceRefusal(CredentialFailure.once(Kind.TOKEN_FILE, message, mend));
  }
}
