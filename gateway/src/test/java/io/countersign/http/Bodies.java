package io.countersign.http;

import io.countersign.config.Limits;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Bodies in the framings of HTTP, and limits for them. */
final class Bodies {
  private Bodies() {}

  /** The body in chunks of HTTP/1.1, its end included. */
  static byte[] chunks(byte[] body, int size) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(body.length + 1024);
    for (int at = 0; at < body.length; at += size) {
      int length = Math.min(size, body.length - at);
      out.writeBytes((Integer.toHexString(length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
      out.write(body, at, length);
      out.writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII));
    }
    out.writeBytes("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    return out.toByteArray();
  }

  /** The limits with others for bodies. */
  static Limits limits(Limits base, int tool, int hold, long holdTotal, long spool) {
    return new Limits(
        base.connections(),
        base.headerBytes(),
        base.bodyBytes(),
        tool,
        base.jsonDepth(),
        hold,
        holdTotal,
        spool,
        base.spoolDirectory());
  }
}
