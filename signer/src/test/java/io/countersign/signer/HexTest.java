package io.countersign.signer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HexTest {

  @Test
  void writesEveryByteAsTheRuntimeDoes() {
    byte[] all = new byte[256];
    for (int i = 0; i < all.length; i++) {
      all[i] = (byte) i;
    }
    assertThat(Hex.encode(all)).isEqualTo(HexFormat.of().formatHex(all));
    byte[] hash = new byte[32];
    new Random(4).nextBytes(hash);
    assertThat(Hex.encode(hash)).isEqualTo(HexFormat.of().formatHex(hash));
  }

  @Test
  void knowsDigitsOfLowerCaseFromEveryOtherOctetInEveryPlace() {
    for (int place = 0; place < 64; place++) {
      for (int octet = 0; octet < 256; octet++) {
        byte[] digits = "0123456789abcdef".repeat(4).getBytes(StandardCharsets.US_ASCII);
        digits[place] = (byte) octet;
        boolean digit = (octet >= '0' && octet <= '9') || (octet >= 'a' && octet <= 'f');
        assertThat(Hex.isLower(digits)).as("octet %d in place %d", octet, place).isEqualTo(digit);
        assertThat(Hex.isSha256(new String(digits, StandardCharsets.ISO_8859_1))).isEqualTo(digit);
      }
    }
  }

  @Test
  void findsADifferenceInEveryBit() {
    byte[] one = "0123456789abcdef".repeat(4).getBytes(StandardCharsets.US_ASCII);
    assertThat(Hex.same(one, one.clone())).isTrue();
    for (int bit = 0; bit < 512; bit++) {
      byte[] other = one.clone();
      other[bit / 8] ^= (byte) (1 << (bit % 8));
      assertThat(Hex.same(one, other)).isFalse();
    }
  }

  @Test
  void takesNoCharAboveTheOctetsForADigit() {
    Scratch scratch = Scratch.get();
    String digits = "0123456789abcdef".repeat(4);
    assertThat(scratch.signatureAtEnd("Signature=" + digits)).isEqualTo(digits);
    assertThat(scratch.signatureAtEnd("Signature=\u0130" + digits.substring(1))).isNull();
    assertThat(scratch.signatureAtEnd(digits.substring(1))).isNull();
    assertThat(scratch.signatureAtEnd(digits.substring(1) + "A")).isNull();
  }
}
