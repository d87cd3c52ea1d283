package io.countersign.signer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PayloadHashTest {

  private static PayloadHash plain(byte[] body) throws Exception {
    return PayloadHash.ofDigest(MessageDigest.getInstance("SHA-256").digest(body));
  }

  @Test
  void hashesArraysPartsAndBuffersAlikeSplitAtEveryOffset() throws Exception {
    for (int size : new int[] {0, 1, 55, 56, 63, 64, 65, 129}) {
      byte[] body = new byte[size];
      new Random(size).nextBytes(body);
      PayloadHash expected = plain(body);
      assertThat(PayloadHash.ofBody(body)).isEqualTo(expected);
      for (int at = 0; at <= size; at++) {
        byte[] padded = new byte[size + at + 3];
        System.arraycopy(body, 0, padded, at, size);
        assertThat(PayloadHash.ofBody(padded, at, size)).isEqualTo(expected);
        ByteBuffer heap = ByteBuffer.wrap(body, 0, at);
        ByteBuffer direct = ByteBuffer.allocateDirect(size).put(body).position(at);
        assertThat(PayloadHash.ofBody(heap, direct)).isEqualTo(expected);
        assertThat(heap.position()).isZero();
        assertThat(direct.position()).isEqualTo(at);
        assertThat(PayloadHash.ofBody(heap.asReadOnlyBuffer(), direct)).isEqualTo(expected);
      }
    }
    assertThat(PayloadHash.ofBody()).isEqualTo(PayloadHash.EMPTY);
  }

  @Test
  void isEqualHoweverItWasMade() throws Exception {
    PayloadHash hash = PayloadHash.ofBody(new byte[] {1});
    assertThat(PayloadHash.ofHex(hash.headerValue())).isEqualTo(hash).hasSameHashCodeAs(hash);
    assertThat(PayloadHash.parse(hash.headerValue())).isEqualTo(hash);
    assertThat(hash.isHash()).isTrue();
    assertThat(hash.isStreaming()).isFalse();
    assertThat(PayloadHash.UNSIGNED.isHash()).isFalse();
    assertThat(PayloadHash.STREAMING_SIGNED.isStreaming()).isTrue();
    assertThat(hash).isNotEqualTo(PayloadHash.EMPTY);
  }

  @Test
  void refusesWhatIsNoHashAndPartsOutsideTheArray() {
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> PayloadHash.ofDigest(new byte[31]));
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> PayloadHash.ofHex("A".repeat(64)));
    assertThatExceptionOfType(IndexOutOfBoundsException.class)
        .isThrownBy(() -> PayloadHash.ofBody(new byte[4], 2, 3));
    assertThatExceptionOfType(IndexOutOfBoundsException.class)
        .isThrownBy(() -> PayloadHash.ofBody(new byte[4], -1, 0));
  }
}
