package io.countersign.signer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.crt.auth.signing.AwsSigningConfig.AwsSigningAlgorithm;

/** SigV4a and S3 Express against the AWS Common Runtime. */
class CrtTest {

  private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");
  private static final AwsCredentials LONG = AwsCredentials.of("AKID", "secret", null);
  private static final AwsCredentials SESSION = AwsCredentials.of("ASIA", "s/e+c", "to+k/en==");
  private static final Duration HOUR = Duration.ofHours(1);

  private final SigV4aKeys keys = new SigV4aKeys();
  private final SigV4aSigner signer = new SigV4aSigner(keys);
  private final SigV4aVerifier verifier = new SigV4aVerifier(keys);

  private static SigningParameters rules(AwsCredentials credentials, String service) {
    return SigningParameters.of(credentials, "eu-west-1", service, NOW)
        .withHeaders(HeaderSelection.ALL);
  }

  private static Crt v4a(SigningParameters rules) {
    return new Crt(AwsSigningAlgorithm.SIGV4_ASYMMETRIC, "us-east-1,eu-*", rules);
  }

  private static SigV4aParameters parameters(SigningParameters rules) {
    return SigV4aParameters.of(List.of("us-east-1", "eu-*"), rules);
  }

  private Verification verify(TestRequest request, PayloadHash payload, AwsCredentials credentials)
      throws MalformedRequestException {
    return verifier.verify(SigV4aAuthorization.parse(request), request, payload, credentials, NOW);
  }

  // ---- SigV4a ----

  @ParameterizedTest
  @ValueSource(
      strings = {"/", "/a%20b/c", "/a/../b", "/?a=b&a-b=c&A=", "/k?x=%C3%A9&y=%2F", "/a//b/./c"})
  void verifiesWhatTheCrtSigned(String target) throws Exception {
    for (AwsCredentials credentials : List.of(LONG, SESSION)) {
      for (String service : List.of("sqs", "s3")) {
        SigningParameters rules = rules(credentials, service);
        TestRequest request = TestRequest.get(target).with("X-Amz-Meta-A", " b  c ");
        TestRequest byHeader = v4a(rules).sign(request, PayloadHash.EMPTY);
        assertThat(verify(byHeader, PayloadHash.EMPTY, credentials))
            .as(byHeader.toString())
            .isInstanceOf(Verification.Valid.class);
        TestRequest byQuery = v4a(rules).presign(request, PayloadHash.UNSIGNED, HOUR);
        assertThat(verify(byQuery, PayloadHash.UNSIGNED, credentials))
            .as(byQuery.toString())
            .isInstanceOf(Verification.Valid.class);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/a%20b/c", "/?a=b&a-b=c&A=", "/k?x=%C3%A9&y=%2F"})
  void signsTheSameRequestAsTheCrtButForTheSignature(String target) throws Exception {
    for (AwsCredentials credentials : List.of(LONG, SESSION)) {
      SigningParameters rules = rules(credentials, "s3");
      TestRequest request = TestRequest.get(target).with("X-Amz-Meta-A", " b  c ");
      TestRequest theirs = v4a(rules).sign(request, PayloadHash.EMPTY);
      TestRequest ours = request.with(signer.sign(parameters(rules), request, PayloadHash.EMPTY));
      assertThat(claims(ours)).isEqualTo(claims(theirs));
      TestRequest theirQuery = v4a(rules).presign(request, PayloadHash.UNSIGNED, HOUR);
      TestRequest ourQuery =
          request.with(signer.presign(parameters(rules), request, PayloadHash.UNSIGNED, HOUR));
      assertThat(CanonicalQuery.wire(ourQuery.query()).replaceFirst("Signature=.*", ""))
          .isEqualTo(CanonicalQuery.wire(theirQuery.query()).replaceFirst("Signature=.*", ""));
    }
  }

  private static String claims(TestRequest request) throws MalformedRequestException {
    SigV4aAuthorization claim = SigV4aAuthorization.parse(request);
    return claim + " " + claim.sessionToken() + " " + claim.declaredPayload();
  }

  @Test
  void theJdkVerifiesOurSignatureUnderThePublicKey() throws Exception {
    Explanation explained =
        signer.explain(parameters(rules(LONG, "sqs")), TestRequest.get("/"), PayloadHash.EMPTY);
    Signature ecdsa = Signature.getInstance("SHA256withECDSA");
    ecdsa.initVerify(keys.publicKey(LONG));
    ecdsa.update(explained.stringToSign().getBytes(StandardCharsets.US_ASCII));
    byte[] der = EcdsaSignature.decode(explained.signature());
    assertThat(der != null && ecdsa.verify(der)).isTrue();
  }

  @Test
  void readsChunksAndTrailerThatTheCrtSigned() throws Exception {
    SigningParameters rules = rules(LONG, "s3");
    TestRequest put = TestRequest.of("PUT", "/k").with("x-amz-decoded-content-length", "11");
    TestRequest signed = v4a(rules).sign(put, PayloadHash.STREAMING_ECDSA_TRAILER);
    SigV4aAuthorization claim = SigV4aAuthorization.parse(signed);
    ChunkTrailers trailers =
        ChunkTrailers.of(
            List.of(
                new ChunkTrailers.Trailer("x-amz-b", "two  words"),
                new ChunkTrailers.Trailer("x-amz-a", "1")));
    Bytes body = new Bytes(1024);
    String previous = claim.signature();
    for (String chunk : List.of("hello ", "world", "")) {
      byte[] data = chunk.getBytes(StandardCharsets.US_ASCII);
      previous = v4a(rules).signChunk(data, previous);
      assertThat(previous).hasSize(144);
      body.text(Integer.toHexString(data.length)).text(";chunk-signature=").text(previous);
      body.text("\r\n").put(data).text(data.length == 0 ? "" : "\r\n");
    }
    body.put(trailers.signedBytes(v4a(rules).signTrailer(trailers, previous)));
    assertThat(verify(signed, PayloadHash.STREAMING_ECDSA_TRAILER, LONG))
        .isInstanceOfSatisfying(
            Verification.Valid.class,
            valid -> {
              try {
                ChunkReader reader =
                    ChunkReader.signedWithTrailer(
                        valid.chunkSeed(), 11, 6, List.of("x-amz-a", "x-amz-b"));
                Collected collected = new Collected();
                reader.feed(ByteBuffer.wrap(body.copy()), collected);
                reader.finish();
                assertThat(collected.text()).isEqualTo("hello world");
              } catch (MalformedRequestException e) {
                throw new AssertionError(e);
              }
            });
  }

  // ---- S3 Express ----

  @ParameterizedTest
  @ValueSource(strings = {"/", "/a%20b//c", "/k?partNumber=1&uploadId=a%2Bb"})
  void signsS3ExpressAsTheCrtDoes(String target) throws Exception {
    SigningParameters rules = rules(SESSION, "s3express").withHeaders(HeaderSelection.MINIMAL);
    Crt crt = new Crt(AwsSigningAlgorithm.SIGV4_S3EXPRESS, "eu-west-1", rules);
    TestRequest request = TestRequest.get(target);
    Signer ours = new Signer(new SigningKeys());
    TestRequest theirs = crt.sign(request, PayloadHash.UNSIGNED);
    SignedRequest signed = ours.sign(rules, request, PayloadHash.UNSIGNED);
    assertThat(theirs.toString()).containsIgnoringCase("x-amz-s3session-token");
    assertThat(Authorization.parse(request.with(signed)).toString())
        .isEqualTo(Authorization.parse(theirs).toString());
    assertThat(signed.signature()).isEqualTo(Authorization.parse(theirs).signature());

    PresignedRequest presigned = ours.presign(rules, request, PayloadHash.UNSIGNED, HOUR);
    TestRequest theirQuery = crt.presign(request, PayloadHash.UNSIGNED, HOUR);
    assertThat(CanonicalQuery.wire(presigned.query()))
        .isEqualTo(CanonicalQuery.wire(theirQuery.query()));

    for (TestRequest one : List.of(theirs, theirQuery)) {
      Authorization claim = Authorization.parse(one);
      assertThat(claim.sessionToken()).isEqualTo(SESSION.sessionToken());
      assertThat(
              new Verifier(new SigningKeys())
                  .verify(claim, one, PayloadHash.UNSIGNED, SESSION, NOW))
          .isInstanceOf(Verification.Valid.class);
    }
    assertThat(Arrays.asList(theirQuery.query().split("&", -1)))
        .anyMatch(one -> one.startsWith("X-Amz-S3session-Token="));
  }
}
