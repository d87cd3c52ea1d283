package io.countersign.cli;

import static io.countersign.cli.RoleWorld.APART;
import static io.countersign.cli.RoleWorld.CANARY;
import static io.countersign.cli.RoleWorld.NOT_AUTHORIZED;
import static io.countersign.cli.RoleWorld.ROLE;
import static io.countersign.cli.RoleWorld.ROLE_COMMAND;
import static io.countersign.cli.RoleWorld.STATIC;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The ways in which a role can fail, and what must be said of each. */
record FailingRole(String name, Setting setting, List<String> says) {
  FailingRole {
    says = List.copyOf(says);
  }

  /**
   * @param says pieces of what must be said: texts, and arrays of them
   */
  private static FailingRole of(String name, Setting setting, Object... says) {
    List<String> all = new ArrayList<>();
    for (Object one : says) {
      all.addAll(one instanceof String text ? List.of(text) : Arrays.asList((String[]) one));
    }
    return new FailingRole(name, setting, all);
  }

  /** Makes the role fail. */
  void in(RoleWorld world) throws Exception {
    setting.in(world);
  }

  @Override
  public String toString() {
    return name;
  }

  /** Makes a role fail. */
  interface Setting {
    void in(RoleWorld world) throws Exception;
  }

  static List<FailingRole> all() {
    return List.of(
        of(
            "trust policy lacks tag session",
            w -> w.role("session-tags: {team: a}").denied("sts:TagSession"),
            "(1) let the trust policy of " + ROLE + " allow sts:TagSession",
            APART),
        of(
            "self assumption blocked by an external id",
            w -> {
              w.podIdentity();
              w.sts(
                  "AccessDenied",
                  "User: arn:aws:sts::210987654321:assumed-role/warehouse-read/eks is not"
                      + " authorized to perform: sts:AssumeRole on resource: "
                      + ROLE);
            },
            "(1) the role assumes itself, and a condition on sts:ExternalId in its trust policy"
                + " blocks",
            "sts:TagSession",
            ROLE_COMMAND),
        of(
            "wrong external id",
            w -> w.role("external-id: " + CANARY + "-external").denied("sts:AssumeRole"),
            "compare the trust policy's condition on sts:ExternalId with external-id of this hop",
            APART),
        of(
            "missing external id",
            w -> w.denied("sts:AssumeRole"),
            "if the trust policy has a condition on sts:ExternalId, set external-id",
            APART),
        of(
            "no such role",
            w -> w.denied("sts:AssumeRole"),
            "make sure that the role exists in account 210987654321",
            APART),
        of(
            "identity policy lacks assume role",
            w ->
                w.sts(
                    "AccessDenied",
                    NOT_AUTHORIZED.replace("ACTION", "sts:AssumeRole")
                        + " because no identity-based policy allows the sts:AssumeRole action"),
            "(1) let an identity policy of arn:aws:iam::123456789012:user/gateway allow"
                + " sts:AssumeRole",
            APART),
        of(
            "denied explicitly",
            w ->
                w.sts(
                    "AccessDenied",
                    NOT_AUTHORIZED.replace("ACTION", "sts:AssumeRole")
                        + " with an explicit deny in a service control policy"),
            "(1) a policy denies it explicitly",
            APART),
        of(
            "duration above the maximum",
            w ->
                w.role("duration: 4h")
                    .sts(
                        "ValidationError",
                        "The requested DurationSeconds exceeds the MaxSessionDuration set for this"
                            + " role."),
            "aws iam get-role --role-name warehouse-read --query Role.MaxSessionDuration",
            "aws iam update-role --role-name warehouse-read --max-session-duration 14400"),
        of(
            "region not enabled",
            w ->
                w.sts("RegionDisabledException", "STS is not activated in this region for account"),
            "aws account enable-region --region-name us-east-1",
            "sts.region"),
        of(
            "token file missing",
            w -> {
              w.webIdentity("x");
              w.environment.put("AWS_WEB_IDENTITY_TOKEN_FILE", w.folder.resolve("gone").toString());
            },
            "gone, does not exist",
            "mount the token"),
        of(
            "token expired",
            w ->
                w.webIdentity(RoleWorld.jwt("sts.amazonaws.com"))
                    .sts(
                        "ExpiredTokenException", "Token expired: current date/time must be before"),
            "has expired (the token is for audience sts.amazonaws.com",
            "kubelet"),
        of(
            "token for another audience",
            w ->
                w.webIdentity(RoleWorld.jwt("https://kubernetes.default.svc"))
                    .sts("InvalidIdentityToken", "Incorrect token audience"),
            "the token is for audience https://kubernetes.default.svc, of issuer"
                + " https://oidc.eks.example/id/1",
            "aws iam get-open-id-connect-provider --open-id-connect-provider-arn"
                + " arn:aws:iam::210987654321:oidc-provider/oidc.eks.example/id/1"),
        of(
            "token of an unknown issuer",
            w ->
                w.webIdentity(RoleWorld.jwt("sts.amazonaws.com"))
                    .sts(
                        "InvalidIdentityToken",
                        "No OpenIDConnect provider found in your account for"
                            + " https://oidc.eks.example/id/1"),
            "make the token's issuer an OIDC provider in IAM of account 210987654321",
            "aws iam list-open-id-connect-providers"),
        of(
            "token not let in",
            w ->
                w.webIdentity(RoleWorld.jwt("sts.amazonaws.com"))
                    .sts("AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity"),
            "oidc.eks.example/id/1:sub",
            "system:serviceaccount:agents:gateway",
            ROLE_COMMAND),
        of(
            "imds unreachable from a container",
            w -> {
              w.credentials = "imds";
              w.environment.put(
                  "AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://127.0.0.1:" + RoleWorld.free());
            },
            "IMDS at http://127.0.0.1:",
            "gives no answer",
            "--http-put-response-hop-limit 2"),
        of(
            "pod identity agent unreachable",
            w -> {
              w.podIdentity();
              w.environment.put(
                  "AWS_CONTAINER_CREDENTIALS_FULL_URI",
                  "http://127.0.0.1:" + RoleWorld.free() + "/v1/credentials");
            },
            "gives no answer",
            "kubectl -n kube-system get ds eks-pod-identity-agent"),
        of(
            "clock skewed",
            w ->
                w.sts(
                    "SignatureDoesNotMatch",
                    "Signature expired: 20261124T120000Z is now earlier than 20261124T130000Z"),
            "Signature expired",
            "set this machine's clock (NTP)"),
        of(
            "proxy wants another password",
            w -> {
              int port = w.proxy("407 Proxy Authentication Required");
              w.sts =
                  "{proxy: 'http://127.0.0.1:"
                      + port
                      + "', proxy-user: u, proxy-password: "
                      + CANARY
                      + "-proxy}";
            },
            "answers 407 to CONNECT sts.us-east-1.amazonaws.com:443",
            "set sts.proxy-user and sts.proxy-password"),
        of(
            "proxy lets nothing through",
            w -> w.sts = "{proxy: 'http://127.0.0.1:" + w.proxy("403 Forbidden") + "'}",
            "answers 403 to CONNECT",
            "open connections to sts.us-east-1.amazonaws.com on port 443"),
        of(
            "certificate of another host",
            w -> {
              Path bundle = w.folder.resolve("ca.pem");
              RoleWorld.CERTIFICATE.write(bundle, w.folder.resolve("key.pem"));
              w.sts =
                  "{endpoint: 'https://127.0.0.2:" + w.https() + "', ca-bundle: " + bundle + "}";
            },
            "is not for 127.0.0.2",
            "set sts.certificate-host",
            "openssl s_client -connect 127.0.0.2:"),
        of(
            "certificate of an unknown authority",
            w -> w.sts = "{endpoint: 'https://127.0.0.2:" + w.https() + "'}",
            "certification path",
            "set sts.ca-bundle"),
        of(
            "source key inactive",
            w ->
                w.sts(
                    "InvalidClientTokenId",
                    "The security token included in the request is invalid"),
            "InvalidClientTokenId",
            "aws iam list-access-keys",
            "aws account get-region-opt-status --region-name us-east-1"),
        of(
            "source secret wrong",
            w ->
                w.sts(
                    "SignatureDoesNotMatch",
                    "The request signature we calculated does not match the signature you"
                        + " provided."),
            "the secret access key of the static credentials does not belong to their access key"),
        of(
            "source session expired",
            w -> {
              w.credentials = STATIC.replace("}}", ", session-token: " + CANARY + "-session}}");
              w.sts("ExpiredToken", "The security token included in the request is expired");
            },
            "renew the static credentials"),
        of(
            "key without a role inactive",
            w -> {
              w.role = "";
              w.serviceCode = "UnrecognizedClientException";
              w.sts(
                  "InvalidClientTokenId", "The security token included in the request is invalid");
            },
            "AWS does not take the static credentials",
            "aws iam list-access-keys"),
        of(
            "session without a role expired",
            w -> {
              w.role = "";
              w.serviceCode = "ExpiredTokenException";
              w.credentials = STATIC.replace("}}", ", session-token: " + CANARY + "-session}}");
              w.sts("ExpiredToken", "The security token included in the request is expired");
            },
            "AWS does not take the static credentials: they have expired",
            "renew the static credentials"),
        of(
            "default chain without any source",
            w -> {
              w.credentials = "default";
              w.environment.put("AWS_EC2_METADATA_DISABLED", "true");
            },
            "the default chain found no source of credentials:"
                + " environment: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set;"
                + " web identity: AWS_WEB_IDENTITY_TOKEN_FILE is not set;"
                + " shared profile: neither ",
            "/.aws/credentials exists, where profile default is looked for;"
                + " container: AWS_CONTAINER_CREDENTIALS_FULL_URI and"
                + " AWS_CONTAINER_CREDENTIALS_RELATIVE_URI are not set;"
                + " IMDSv2: AWS_EC2_METADATA_DISABLED is true",
            "name a source in the connector's credentials"),
        of(
            "default chain whose profile is not there",
            w -> {
              w.credentials = "default";
              w.environment.put("AWS_PROFILE", "team");
              w.environment.put(
                  "AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://127.0.0.1:" + RoleWorld.free());
              Files.createDirectories(w.folder.resolve(".aws"));
              w.write(".aws/config", "[profile other]\nregion=eu-west-1\n");
            },
            "shared profile (AWS_PROFILE): there is no profile team in ",
            "/.aws/config;",
            "IMDSv2: IMDS at http://127.0.0.1:",
            "(1) give the gateway one of them, or name a source"),
        of(
            "default chain that ends at a broken step",
            w -> {
              w.credentials = "default";
              w.environment.put("AWS_WEB_IDENTITY_TOKEN_FILE", "/nonexistent/token");
              w.environment.put("AWS_ROLE_ARN", ROLE);
            },
            "default chain, web identity: the file of the web identity token, /nonexistent/token,"
                + " does not exist (passed over: environment: AWS_ACCESS_KEY_ID and"
                + " AWS_SECRET_ACCESS_KEY are not set)"));
  }
}
