package io.countersign.benchmarks.signer;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.signer.MalformedRequestException;
import io.countersign.signer.SigningKeys;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.crt.http.HttpRequest;
import software.amazon.awssdk.http.auth.spi.signer.SignedRequest;

/** What is compared does the same work: every contender comes to the same signature. */
class ContendersTest {
  /** The pool, and a part of it again with the clock moved. */
  private static final int CALLS = Pool.SIZE + 16;

  private final Ours ours = new Ours(new SigningKeys());
  private final Sdk sdk = new Sdk();
  private final Crt crt = new Crt();

  @ParameterizedTest
  @EnumSource
  void allSignTheJsonPostAlike(Form form) throws MalformedRequestException {
    Pool pool = Pool.jsonPosts(form);
    Sdk.Prepared[] forSdk = Sdk.prepare(pool);
    HttpRequest[] forCrt = Crt.prepare(pool);
    for (int n = 0; n < CALLS; n++) {
      int i = pool.advance();
      String expected = ours.jsonPost(pool.calls()[i], pool.now()).authorization();
      assertThat(authorization(sdk.jsonPost(forSdk[i], pool.now())))
          .isEqualTo(ours.jsonPostAsSdk(pool.calls()[i], pool.now()).authorization());
      assertThat(Crt.header(crt.jsonPost(forCrt[i], pool.now()), "Authorization"))
          .isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @EnumSource
  void allSignTheS3GetAlike(Form form) throws MalformedRequestException {
    Pool pool = Pool.s3Gets(form);
    Sdk.Prepared[] forSdk = Sdk.prepare(pool);
    HttpRequest[] forCrt = Crt.prepare(pool);
    for (int n = 0; n < CALLS; n++) {
      int i = pool.advance();
      String expected = ours.s3Get(pool.calls()[i], pool.now()).authorization();
      assertThat(authorization(sdk.s3Get(forSdk[i], pool.now()))).isEqualTo(expected);
      assertThat(Crt.header(crt.s3Get(forCrt[i], pool.now()), "Authorization")).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @EnumSource
  void allPresignTheS3GetAlike(Form form) throws MalformedRequestException {
    Pool pool = Pool.s3Gets(form);
    Sdk.Prepared[] forSdk = Sdk.prepare(pool);
    HttpRequest[] forCrt = Crt.prepare(pool);
    for (int n = 0; n < CALLS; n++) {
      int i = pool.advance();
      String expected = ours.presignedGet(pool.calls()[i], pool.now()).signature();
      assertThat(
              sdk.presignedGet(forSdk[i], pool.now())
                  .request()
                  .firstMatchingRawQueryParameter("X-Amz-Signature"))
          .hasValue(expected);
      assertThat(crt.presignedGet(forCrt[i], pool.now()).getEncodedPath())
          .contains("X-Amz-Signature=" + expected);
    }
  }

  @ParameterizedTest
  @EnumSource
  void noTwoDistinctCallsAreAlike(Form form) {
    Pool pool = Pool.s3Gets(form);
    Set<String> seen = new HashSet<>();
    for (int n = 0; n < 3 * Pool.SIZE; n++) {
      seen.add(pool.next().path() + " " + pool.now());
    }
    assertThat(seen).hasSize(form == Form.distinct ? 3 * Pool.SIZE : 1);
  }

  @ParameterizedTest
  @EnumSource
  void everyJsonBodyHas250BytesOfItsOwn(Form form) {
    Set<String> bodies = new HashSet<>();
    for (Call call : Pool.jsonPosts(form).calls()) {
      assertThat(call.body()).hasSize(250);
      bodies.add(new String(call.body(), StandardCharsets.US_ASCII));
    }
    assertThat(bodies).hasSize(Pool.SIZE);
  }

  private static String authorization(SignedRequest signed) {
    return signed.request().firstMatchingHeader("Authorization").orElse("");
  }
}
