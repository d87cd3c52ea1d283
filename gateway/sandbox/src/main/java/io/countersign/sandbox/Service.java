package io.countersign.sandbox;

import java.io.IOException;

/**
 * One AWS service: takes a request that was believed, answers or refuses it. Called on many
 * threads.
 */
interface Service {
  /** What a service knows of a call beside its request. */
  record Call(
      HttpRequest request,
      Caller caller,
      Credential credential,
      String operation,
      String requestId) {
    String region() {
      return credential.region();
    }

    void need(Dialect dialect, String action, String resource) throws AwsError {
      if (!caller.may(action)) {
        throw AwsError.denied(dialect, caller, action, resource);
      }
    }
  }

  HttpResponse answer(Call call) throws AwsError, IOException, InterruptedException;
}
