package io.countersign.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.testkit.LocalStack;
import io.countersign.testkit.Moto;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.SocketException;
import java.util.List;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.model.StsException;

/** The other tests prove something only if the stand-ins do refuse what AWS would. */
class StandInsIT {
  @Test
  void motoRefusesASignatureByAnotherSecret() {
    Moto moto = Moto.start();
    try (StsClient sts = sts(moto, moto.fact("accessKeyId"), "not the secret of that key")) {
      assertThatThrownBy(sts::getCallerIdentity)
          .isInstanceOf(StsException.class)
          .hasMessageContaining("signature we calculated does not match");
    }
  }

  @Test
  void motoRefusesAKeyThatItDoesNotKnow() {
    try (StsClient sts = sts(Moto.start(), "AKIANOSUCHKEY0000000", "secret")) {
      assertThatThrownBy(sts::getCallerIdentity)
          .isInstanceOf(StsException.class)
          .hasMessageContaining("unknown key");
    }
  }

  @Test
  void motoRefusesAnotherExternalIdThanTheTrustPolicyNames() {
    Moto moto = Moto.start();
    try (StsClient sts = sts(moto, moto.fact("accessKeyId"), moto.fact("secretAccessKey"))) {
      assertThat(sts.getCallerIdentity().account()).isEqualTo(moto.fact("account"));
      assertThat(assume(sts, moto, moto.fact("externalId"))).startsWith("ASIA");
      assertThatThrownBy(() -> assume(sts, moto, "of-another-customer"))
          .isInstanceOf(StsException.class)
          .hasMessageContaining("not authorized to perform: sts:AssumeRole");
    }
  }

  @Test
  void localStackListensOnLoopbackOnly() throws SocketException {
    int port = LocalStack.start().endpoint().getPort();
    List<InetAddress> others =
        NetworkInterface.networkInterfaces()
            .flatMap(NetworkInterface::inetAddresses)
            .filter(address -> !address.isLoopbackAddress() && !address.isLinkLocalAddress())
            .toList();
    assertThat(others).noneMatch(address -> accepts(address, port));
    assertThat(accepts(InetAddress.getLoopbackAddress(), port)).isTrue();
  }

  private static String assume(StsClient sts, Moto moto, String externalId) {
    return sts.assumeRole(
            request ->
                request
                    .roleArn(moto.role("partner"))
                    .roleSessionName("stand-in")
                    .externalId(externalId))
        .credentials()
        .accessKeyId();
  }

  private static StsClient sts(Moto moto, String accessKeyId, String secretAccessKey) {
    return StsClient.builder()
        .endpointOverride(moto.endpoint())
        .region(Region.US_EAST_1)
        .credentialsProvider(
            StaticCredentialsProvider.create(
                AwsBasicCredentials.create(accessKeyId, secretAccessKey)))
        .httpClient(UrlConnectionHttpClient.create())
        .build();
  }

  private static boolean accepts(InetAddress address, int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(address, port), 2_000);
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
