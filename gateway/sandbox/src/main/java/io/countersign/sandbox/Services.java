package io.countersign.sandbox;

import java.io.IOException;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * All services behind one door: finds the one that is meant, checks the signature, writes refusals
 * in its shape.
 */
final class Services implements AutoCloseable {
  private final SignatureCheck signatures;
  private final StsService sts;
  private final RedshiftDataService redshift;
  private final AthenaService athena;
  private final Map<String, Service> byName;
  private final Random random;

  Services(SandboxOptions options, Random random) {
    this.random = random;
    Identities identities = new Identities(options.accounts(), random);
    this.signatures = new SignatureCheck(identities, options.clock());
    this.sts = new StsService(identities, options.clock());
    S3Store store = new S3Store(options.accounts().buckets());
    this.redshift = new RedshiftDataService(options.clock(), options.statementTime());
    this.athena = new AthenaService(options.clock(), options.statementTime(), store);
    this.byName =
        Map.of(
            "sts",
            sts,
            "s3",
            new S3Service(store, options.clock()),
            "redshift-data",
            redshift,
            "athena",
            athena,
            "secretsmanager",
            new SecretsService(options.accounts().secrets()),
            "dynamodb",
            new DynamoService());
  }

  /** An answer, with what the log wants to know of how it came about. */
  record Outcome(HttpResponse response, @Nullable String callerArn, @Nullable String errorCode) {}

  void prepare() {
    redshift.prepare();
    athena.prepare();
  }

  String newRequestId() {
    return new UUID(random.nextLong(), random.nextLong()).toString();
  }

  Outcome answer(HttpRequest request, Route route, String requestId) throws InterruptedException {
    String callerArn = null;
    try {
      Service service = byName.get(route.service());
      if (service == null) {
        throw new AwsError(
            400,
            "UnknownOperationException",
            "The sandbox knows no such service: " + request.header("x-amz-target"));
      }
      if (route.service().equals("sts") && route.operation().equals("AssumeRoleWithWebIdentity")) {
        return new Outcome(
            stamp(sts.assumeRoleWithWebIdentity(request, requestId), requestId), null, null);
      }
      SignatureCheck.Verified verified =
          signatures.check(request, route.dialect(), route.service());
      callerArn = verified.caller().arn();
      HttpResponse response =
          service.answer(
              new Service.Call(
                  verified.request(),
                  verified.caller(),
                  verified.credential(),
                  route.operation(),
                  requestId));
      return new Outcome(stamp(response, requestId), callerArn, null);
    } catch (AwsError e) {
      return new Outcome(refuse(e, request, route, requestId), callerArn, e.code());
    } catch (IOException | RuntimeException e) {
      AwsError internal =
          new AwsError(
              500,
              route.dialect() == Dialect.S3 ? "InternalError" : "InternalFailure",
              "the sandbox failed: " + e);
      return new Outcome(refuse(internal, request, route, requestId), callerArn, internal.code());
    }
  }

  HttpResponse refuse(AwsError error, HttpRequest request, Route route, String requestId) {
    return stamp(error.render(route.dialect(), requestId, request.path()), requestId);
  }

  private static HttpResponse stamp(HttpResponse response, String requestId) {
    return response.with("x-amzn-RequestId", requestId).with("x-amz-request-id", requestId);
  }

  @Override
  public void close() {
    redshift.close();
    athena.close();
  }
}
