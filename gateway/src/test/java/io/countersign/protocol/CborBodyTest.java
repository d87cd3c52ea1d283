package io.countersign.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.catalog.Protocol;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The code of an error of rpc-v2-cbor. */
class CborBodyTest {
  @Test
  void readsWhatTheGatewayItselfWrites() {
    byte[] body = ErrorShapes.write(Protocol.RPC_V2_CBOR, 400, "a.b#Code", "words", "r").body();
    AwsError error = AwsErrors.read(400, name -> null, body);
    assertThat(error.code()).isEqualTo("Code");
    assertThat(error.message()).isEqualTo("words");
  }

  private static String code(byte[] body) {
    return AwsErrors.read(400, name -> null, body).code();
  }

  @Test
  void passesOverOtherMembersOfEveryForm() {
    // {_ "a": [1, {"b": h'00'}], "c": (_ "x"), "d": 1.5, "e": 0(1), "__type": "T"}
    byte[] body =
        HexFormat.of()
            .parseHex(
                "bf6161820"
                    + "1a161624100"
                    + "61637f6178ff"
                    + "6164f93e00"
                    + "6165c001"
                    + "665f5f74797065"
                    + "6154"
                    + "ff");
    assertThat(code(body)).isEqualTo("T");
  }

  @Test
  void neverThrowsWhateverTheBytesAre() {
    Random random = new Random(1);
    byte[] whole = ErrorShapes.write(Protocol.RPC_V2_CBOR, 400, "Code", "words", "r").body();
    for (int round = 0; round < 50_000; round++) {
      byte[] body = round % 2 == 0 ? whole.clone() : new byte[random.nextInt(40)];
      for (int i = 0; i < body.length; i++) {
        if (round % 2 == 1 || random.nextInt(8) == 0) {
          body[i] = (byte) random.nextInt(256);
        }
      }
      if (body.length > 0 && round % 3 == 0) {
        body[0] = (byte) 0xbf;
      }
      assertThat(code(body)).isNotEmpty();
    }
    assertThat(code(new byte[0])).isEqualTo("Http400");
    assertThat(code("\u00bb".repeat(9).getBytes(StandardCharsets.ISO_8859_1))).isEqualTo("Http400");
  }
}
