package io.countersign.credentials;

import static io.countersign.credentials.Given.IRELAND;
import static io.countersign.credentials.Given.READER;
import static io.countersign.credentials.Given.SOURCE;
import static io.countersign.credentials.Given.role;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.config.Arn;
import io.countersign.config.CredentialSource;
import io.countersign.config.RoleHop;
import io.countersign.credentials.CredentialFailure.Kind;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The words of a failure, which an operator mends it by. */
class DiagnosisTest {
  private static CredentialKey.OfRole full() {
    return new CredentialKey.OfRole(
        SOURCE,
        IRELAND,
        new RoleHop(
            Arn.parse("arn:aws:iam::210987654321:role/path/to/warehouse-read"),
            "canary-external-id",
            "me",
            Duration.ofHours(1),
            new TreeMap<>(Map.of("team", "a")),
            Set.of(),
            "alice"));
  }

  private static StsFailure denied(String message) {
    return new StsFailure("AccessDenied", 403, message, "r-9");
  }

  @Test
  void deniedWithoutAReasonListsEveryCandidateByLikelihood() {
    CredentialFailure failure = Diagnosis.assumeRole(FakeSts.DENIED, full());
    assertThat(failure.kind()).isEqualTo(Kind.ACCESS_DENIED);
    assertThat(failure.awsCode()).isEqualTo("AccessDenied");
    assertThat(failure.awsRequestId()).isEqualTo("r-2");
    List<String> mends = failure.mends();
    assertThat(mends).hasSize(7);
    assertThat(mends.get(0)).contains("trust policy", "arn:aws:iam::123456789012:role/adapter");
    assertThat(mends.get(1)).contains("sts:ExternalId").doesNotContain("canary-external-id");
    assertThat(mends.get(2)).contains("sts:TagSession");
    assertThat(mends.get(3)).contains("sts:SetSourceIdentity");
    assertThat(mends.get(4)).contains("identity policy");
    assertThat(mends.get(5)).contains("exists", "account 210987654321");
    assertThat(mends.get(6))
        .contains(
            "aws iam get-role --role-name warehouse-read",
            "--policy-source-arn arn:aws:iam::123456789012:role/adapter",
            "--resource-arns arn:aws:iam::210987654321:role/path/to/warehouse-read");
  }

  @Test
  void tagsThatEksPodIdentityPassesOnAskForTagSessionToo() {
    CredentialKey.OfSource pod = new CredentialKey.OfSource(new CredentialSource.Container(), null);
    CredentialFailure failure =
        Diagnosis.assumeRole(
            FakeSts.DENIED, new CredentialKey.OfRole(pod, IRELAND, Given.hop(READER)));
    assertThat(failure.mend()).contains("sts:TagSession", "EKS Pod Identity sets six");
  }

  @Test
  void aRoleThatAssumesItselfIsToldOfTheExternalIdConditionFirst() {
    StsFailure own =
        denied(
            "User: arn:aws:sts::210987654321:assumed-role/warehouse-read/eks-pod is not authorized"
                + " to perform: sts:AssumeRole on resource: "
                + READER);
    CredentialKey.OfSource pod = new CredentialKey.OfSource(new CredentialSource.Container(), null);
    List<String> mends =
        Diagnosis.assumeRole(own, new CredentialKey.OfRole(pod, IRELAND, Given.hop(READER)))
            .mends();
    assertThat(mends.getFirst())
        .contains("assumes itself", "sts:ExternalId", READER, "take this hop out");
    assertThat(mends.getLast()).contains("aws iam get-role --role-name warehouse-read");
    // Another account may have a role of that name.
    assertThat(
            Diagnosis.assumeRole(
                    denied(
                        own.message().replace("::210987654321:assumed", "::111111111111:assumed")),
                    new CredentialKey.OfRole(pod, IRELAND, Given.hop(READER)))
                .mend())
        .doesNotContain("assumes itself");
  }

  @Test
  void theCallersPathIsTakenFromTheConfigurationBecauseASessionDoesNotTellIt() {
    String path = "arn:aws:iam::123456789012:role/team/adapter";
    CredentialKey.OfRole parent = new CredentialKey.OfRole(SOURCE, IRELAND, Given.hop(path));
    assertThat(
            Diagnosis.assumeRole(
                    FakeSts.DENIED, new CredentialKey.OfRole(parent, IRELAND, Given.hop(READER)))
                .mends()
                .getLast())
        .contains("--policy-source-arn " + path + " ");
  }

  @Test
  void aCallerThatNobodyNamesIsAskedFor() {
    assertThat(Diagnosis.assumeRole(denied("Access denied"), role(READER)).mends().getLast())
        .contains("aws sts get-caller-identity");
  }

  @Test
  void keysThatAwsDoesNotTakeAreToldApartByTheCode() {
    assertThat(Diagnosis.refusedByAws("UnrecognizedClientException", "eu-south-1", SOURCE))
        .isEqualTo(
            Diagnosis.callerIdentity(
                new StsFailure("UnrecognizedClientException", 403, "m", null),
                IRELAND,
                SOURCE,
                "eu-south-1"));
    assertThat(Diagnosis.refusedByAws("InvalidClientTokenId", "eu-south-1", SOURCE).mend())
        .contains(
            "list-access-keys", "session token", "get-region-opt-status --region-name eu-south-1");
    assertThat(Diagnosis.refusedByAws("SignatureDoesNotMatch", "eu-south-1", SOURCE).mend())
        .contains("secret access key")
        .doesNotContain("list-access-keys");
    assertThat(Diagnosis.refusedByAws("ExpiredTokenException", "eu-south-1", SOURCE).mend())
        .contains("renew the static credentials");
    assertThat(
            Diagnosis.assumeRole(
                    new StsFailure("InvalidClientTokenId", 403, "m", null),
                    new CredentialKey.OfRole(role(Given.ADAPTER), IRELAND, Given.hop(READER)))
                .mend())
        .contains("get-role --role-name adapter");
  }

  @Test
  void candidatesThatCannotBeAreLeftOut() {
    assertThat(Diagnosis.assumeRole(FakeSts.DENIED, role(READER)).mend())
        .doesNotContain("TagSession", "SetSourceIdentity")
        .contains("if the trust policy has a condition on sts:ExternalId");
  }

  @Test
  void whatStsSaysComesFirst() {
    assertThat(
            Diagnosis.assumeRole(
                    denied(
                        "User: arn:aws:iam::1:user/u is not authorized to perform: sts:TagSession"
                            + " on resource: x"),
                    full())
                .mends()
                .getFirst())
        .contains("sts:TagSession");
    assertThat(
            Diagnosis.assumeRole(
                    denied(
                        "User: arn:aws:iam::1:user/u is not authorized to perform: sts:AssumeRole"
                            + " because no identity-based policy allows the sts:AssumeRole action"),
                    full())
                .mends()
                .getFirst())
        .contains("identity policy of arn:aws:iam::1:user/u");
    assertThat(
            Diagnosis.assumeRole(
                    denied("not authorized, with an explicit deny in a service control policy"),
                    full())
                .mends()
                .getFirst())
        .contains("Deny");
  }

  @Test
  void durationNamesTheMaximumAndTheChain() {
    CredentialFailure failure =
        Diagnosis.assumeRole(
            new StsFailure(
                "ValidationError",
                400,
                "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed"
                    + " by role chaining",
                "r"),
            full());
    assertThat(failure.kind()).isEqualTo(Kind.DURATION_TOO_LONG);
    assertThat(failure.mend()).contains("MaxSessionDuration", "1h");
  }

  @Test
  void everyKindOfStsFailureHasAMend() {
    for (String code :
        List.of(
            "AccessDenied",
            "Throttling",
            "ExpiredToken",
            "SignatureDoesNotMatch",
            "RequestExpired",
            "InvalidClientTokenId",
            "RegionDisabledException",
            "ValidationError",
            "InvalidIdentityToken",
            "PackedPolicyTooLarge",
            "InternalFailure")) {
      StsFailure failure = new StsFailure(code, 400, "m", null);
      assertThat(Diagnosis.assumeRole(failure, full()).mend()).isNotBlank();
      assertThat(Diagnosis.callerIdentity(failure, IRELAND, SOURCE, "eu-west-1").mend())
          .isNotBlank();
    }
    assertThat(Diagnosis.assumeRole(FakeSts.DOWN, full()).mend()).contains("VPC endpoint");
  }

  @Test
  void severalMendsAreNumbered() {
    CredentialFailure two = CredentialFailure.once(Kind.ACCESS_DENIED, "m", "do this", "or that");
    assertThat(two.mend()).isEqualTo("(1) do this (2) or that");
    assertThat(CredentialFailure.once(Kind.ACCESS_DENIED, "m", "do this").mend())
        .isEqualTo("do this");
    assertThatThrownBy(() -> CredentialFailure.once(Kind.ACCESS_DENIED, "m"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
