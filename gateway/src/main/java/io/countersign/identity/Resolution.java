package io.countersign.identity;

import io.countersign.config.Agent;
import io.countersign.config.Connector;
import io.countersign.signer.AwsCredentials;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What the access key ID of an inbound signature stands for. */
public sealed interface Resolution {

  /**
   * Virtual credentials of this gateway that have not expired. Whether the caller really holds them
   * is for the signature to show: anybody may write an access key ID into a request.
   *
   * @param agent carries no tokens
   * @param connector the one that the credentials are bound to, or null for any
   * @param credentials what the signature is verified with; they have no session token
   */
  record Valid(
      Agent agent, @Nullable Connector connector, AwsCredentials credentials, Instant expiration)
      implements Resolution {}

  /** Why an access key ID is not taken, in words that are fit for a client. */
  sealed interface Refused extends Resolution {
    /** Stable, in kebab-case. */
    String code();

    String reason();

    String hint();
  }

  /**
   * It was ours, and its time is over. {@code ExpiredToken} is the AWS code at which SDKs fetch new
   * credentials by themselves.
   */
  record Expired(Instant expiration) implements Refused {
    @Override
    public String code() {
      return "credential-expired";
    }

    @Override
    public String reason() {
      return "the virtual credentials expired at " + expiration;
    }

    @Override
    public String hint() {
      return "fetch new ones from /v1/credentials (SDKs do so by themselves when"
          + " AWS_CONTAINER_CREDENTIALS_FULL_URI is set), or have them issued with a longer --ttl";
    }
  }

  /** It looks like one of ours, and its tag is wrong: forged, altered, or copied in part. */
  record Forged() implements Refused {
    @Override
    public String code() {
      return "credential-forged";
    }

    @Override
    public String reason() {
      return "the access key ID has the form of a virtual one, but this gateway did not issue it";
    }

    @Override
    public String hint() {
      return "check that it was copied as a whole, or fetch new credentials from /v1/credentials";
    }
  }

  /** It was made with another key than this gateway has. */
  record OtherGateway() implements Refused {
    @Override
    public String code() {
      return "credential-of-other-gateway";
    }

    @Override
    public String reason() {
      return "the virtual credentials were made with another key than this gateway has";
    }

    @Override
    public String hint() {
      return "fetch new credentials from this gateway's /v1/credentials; replicas, and gateways"
          + " that are to accept each other's after a restart, need the same"
          + " virtual-credentials.key";
    }
  }

  /**
   * It is not a virtual access key ID at all.
   *
   * @param looksLikeAws it has the form of an access key ID that AWS issues
   */
  record NotVirtual(boolean looksLikeAws) implements Refused {
    @Override
    public String code() {
      return "not-a-virtual-credential";
    }

    @Override
    public String reason() {
      return looksLikeAws
          ? "the request is signed with an AWS access key, and this gateway takes no AWS keys"
          : "the access key ID is not one of a virtual credential";
    }

    @Override
    public String hint() {
      return "unset AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_PROFILE, and set"
          + " AWS_CONTAINER_CREDENTIALS_FULL_URI to this gateway's /v1/credentials;"
          + " an agent needs no AWS key";
    }
  }

  /** It is ours, and its agent is no longer in the configuration. */
  record UnknownAgent() implements Refused {
    @Override
    public String code() {
      return "unknown-agent";
    }

    @Override
    public String reason() {
      return "the agent that the virtual credentials were issued to is no longer configured";
    }

    @Override
    public String hint() {
      return "put the agent back under agents, or use the credentials of one that is there";
    }
  }

  /** It is ours, and the connector that it is bound to is no longer in the configuration. */
  record UnknownConnector(Agent agent) implements Refused {
    @Override
    public String code() {
      return "unknown-connector";
    }

    @Override
    public String reason() {
      return "the connector that the virtual credentials are bound to is no longer configured";
    }

    @Override
    public String hint() {
      return "fetch new credentials from /v1/credentials/{connector}; GET /v1/connectors lists the"
          + " connectors";
    }
  }
}
