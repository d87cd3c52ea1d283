package io.countersign.signer.differential;

import io.countersign.signer.MalformedRequestException;
import io.countersign.signer.Signer;
import java.util.ArrayList;
import java.util.List;

/** Puts a signature on a case, as a program that embeds the library does. */
final class Sent {

  private Sent() {}

  /** The case as it is sent, signed by the given signer. */
  static Case signed(Signer signer, Case c) throws MalformedRequestException {
    List<Case.Header> headers = new ArrayList<>(c.headers());
    headers.removeIf(header -> Signer.replaces(header.name()));
    if (c.presigned()) {
      return c.withHeaders(headers)
          .withQuery(signer.presign(c.parameters(), c, c.payload(), Case.EXPIRES).query());
    }
    signer
        .sign(c.parameters(), c, c.payload())
        .forEachHeader((name, value) -> headers.add(new Case.Header(name, value)));
    return c.withHeaders(headers);
  }
}
