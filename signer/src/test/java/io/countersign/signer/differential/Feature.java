package io.countersign.signer.differential;

import java.nio.charset.CharacterCodingException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What in a request makes signers differ. */
enum Feature {
  PATH_IS_EMPTY {
    @Override
    boolean in(Case c, String detail) {
      return c.path().isEmpty();
    }
  },
  PATH_IS_RELATIVE {
    @Override
    boolean in(Case c, String detail) {
      return !c.path().isEmpty() && !c.path().startsWith("/");
    }
  },
  PATH_BEGINS_WITH_TWO_SLASHES {
    @Override
    boolean in(Case c, String detail) {
      return c.path().startsWith("//");
    }
  },
  PATH_LEADS_ABOVE_ROOT {
    @Override
    boolean in(Case c, String detail) {
      int depth = 0;
      for (String segment : c.path().split("/", -1)) {
        depth += segment.equals("..") ? -1 : segment.isEmpty() || segment.equals(".") ? 0 : 1;
        if (depth < 0) {
          return c.rule().normalize();
        }
      }
      return false;
    }
  },
  PATH_ENCODED_ONCE_HAS_BAD_ESCAPE {
    @Override
    boolean in(Case c, String detail) {
      return !c.rule().doubleEncode() && BAD_ESCAPE.matcher(c.path()).find();
    }
  },
  PATH_ENCODED_ONCE_HAS_RAW_CHARACTER {
    @Override
    boolean in(Case c, String detail) {
      return !c.rule().doubleEncode() && c.path().matches("(?s).*[^A-Za-z0-9._~/%-].*");
    }
  },
  PATH_ENCODED_ONCE_HAS_ESCAPED_SLASH_OR_UNRESERVED {
    @Override
    boolean in(Case c, String detail) {
      return !c.rule().doubleEncode() && ESCAPED_FOR_NOTHING.matcher(c.path()).find();
    }
  },
  PATH_ENCODED_ONCE_HAS_LOWER_CASE_ESCAPE {
    @Override
    boolean in(Case c, String detail) {
      return !c.rule().doubleEncode() && LOWER_CASE_ESCAPE.matcher(c.path()).find();
    }
  },
  TARGET_IS_NO_UTF8 {
    @Override
    boolean in(Case c, String detail) {
      return !isUtf8(c.path()) || !isUtf8(c.query());
    }
  },
  TARGET_IS_NO_URI {
    @Override
    boolean in(Case c, String detail) {
      return NO_URI.matcher(c.path()).find()
          || NO_URI.matcher(c.query().replaceAll("[\\[\\]]", "")).find()
          || (c.path() + c.query()).matches("(?s).*#.*#.*");
    }
  },
  TARGET_LOOKS_LIKE_A_URL {
    @Override
    boolean in(Case c, String detail) {
      return (c.path() + "?" + c.query()).contains(":/")
          || (c.path().isEmpty() && c.query().contains("/"));
    }
  },
  TARGET_HAS_A_NUMBER_SIGN {
    @Override
    boolean in(Case c, String detail) {
      return (c.path() + c.query()).contains("#");
    }
  },
  QUERY_HAS_PLUS {
    @Override
    boolean in(Case c, String detail) {
      return c.query().contains("+");
    }
  },
  QUERY_HAS_EMPTY_KEY {
    @Override
    boolean in(Case c, String detail) {
      return parameters(c).anyMatch(p -> p.startsWith("="));
    }
  },
  QUERY_HAS_EQUALS_SIGN_IN_VALUE {
    @Override
    boolean in(Case c, String detail) {
      return parameters(c).anyMatch(p -> p.indexOf('=') != p.lastIndexOf('='));
    }
  },
  QUERY_HAS_BAD_ESCAPE {
    @Override
    boolean in(Case c, String detail) {
      return BAD_ESCAPE.matcher(c.query()).find();
    }
  },
  QUERY_IS_NO_UTF8 {
    @Override
    boolean in(Case c, String detail) {
      StringBuilder octets = new StringBuilder();
      for (int i = 0; i < c.query().length(); i++) {
        char ch = c.query().charAt(i);
        boolean escape = ch == '%' && c.query().substring(i).matches("(?s)%[0-9A-Fa-f]{2}.*");
        octets.append(escape ? (char) Integer.parseInt(c.query().substring(i + 1, i + 3), 16) : ch);
        i += escape ? 2 : 0;
      }
      return !isUtf8(octets.toString());
    }
  },
  QUERY_IS_SIGNED_ALREADY {
    @Override
    boolean in(Case c, String detail) {
      return parameters(c)
          .anyMatch(
              p ->
                  p.toLowerCase(Locale.ROOT)
                      .matches("x-amz-(signature|date|credential|security-token)=.*"));
    }
  },
  NO_HOST {
    @Override
    boolean in(Case c, String detail) {
      return headerValues(c, "host").isEmpty();
    }
  },
  SEVERAL_HOSTS {
    @Override
    boolean in(Case c, String detail) {
      return headerValues(c, "host").size() > 1;
    }
  },
  HOST_NAMED_BY_CONNECTION {
    @Override
    boolean in(Case c, String detail) {
      return connection(c).contains("host");
    }
  },
  HEADER_NAMED_BY_CONNECTION {
    @Override
    boolean in(Case c, String detail) {
      return connection(c).contains(detail);
    }
  },
  CONNECTION_NAMES_NO_TOKEN {
    @Override
    boolean in(Case c, String detail) {
      return connection(c).stream().anyMatch(name -> !TOKEN.matcher(name).matches());
    }
  },
  HEADER_NAME_IS_NO_TOKEN {
    @Override
    boolean in(Case c, String detail) {
      return c.headers().stream().anyMatch(h -> !TOKEN.matcher(h.name()).matches());
    }
  },
  HEADER_VALUE_HAS_CONTROL_CHARACTER {
    @Override
    boolean in(Case c, String detail) {
      return c.headers().stream()
          .anyMatch(h -> h.value().matches("(?s).*[\\x00-\\x08\\n-\\x1f\\x7f].*"));
    }
  },
  HEADER_VALUE_IS_NO_UTF8 {
    @Override
    boolean in(Case c, String detail) {
      return headerValues(c, detail).stream().anyMatch(v -> !isUtf8(v));
    }
  },
  S3_EXPRESS_TOKEN {
    @Override
    boolean in(Case c, String detail) {
      return c.service().equals("s3express")
          && c.credentials().sessionToken() != null
          && (detail.isEmpty() ? c.presigned() : detail.endsWith("-token"));
    }
  },
  HEADER_THAT_THE_SIGNER_SETS {
    @Override
    boolean in(Case c, String detail) {
      return c.headers().stream()
          .anyMatch(
              h ->
                  h.name()
                      .toLowerCase(Locale.ROOT)
                      .matches(
                          "authorization|x-amz-(date|security-token|s3session-token|content-sha256"
                              + "|region-set)"));
    }
  };

  private static final Pattern BAD_ESCAPE = Pattern.compile("%(?![0-9A-Fa-f]{2})");
  private static final Pattern ESCAPED_FOR_NOTHING =
      Pattern.compile("%(2[FfDdEe]|3[0-9]|[46][1-9A-Fa-f]|[57][0-9Aa]|5[Ff]|7[Ee])");
  private static final Pattern LOWER_CASE_ESCAPE =
      Pattern.compile("%([a-f][0-9A-Fa-f]|[0-9A-Fa-f][a-f])");
  private static final Pattern NO_URI =
      Pattern.compile("[\\x00-\\x20\"<>\\[\\]\\\\^`{|}\\x7f]|\u00c2[\u0080-\u00a0]|" + BAD_ESCAPE);
  private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]+");

  /**
   * Whether the case has it.
   *
   * @param detail the lower-case name of the header that a difference is about, or empty
   */
  abstract boolean in(Case c, String detail);

  private static boolean isUtf8(String octets) {
    try {
      SdkOracle.utf8(octets);
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  private static Stream<String> parameters(Case c) {
    return Arrays.stream(c.query().split("&", -1));
  }

  private static List<String> headerValues(Case c, String name) {
    return c.headers().stream()
        .filter(h -> h.name().equalsIgnoreCase(name))
        .map(Case.Header::value)
        .toList();
  }

  private static List<String> connection(Case c) {
    return headerValues(c, "connection").stream()
        .flatMap(v -> Arrays.stream(v.split(",", -1)))
        .map(name -> name.strip().toLowerCase(Locale.ROOT))
        .filter(name -> !name.isEmpty())
        .toList();
  }
}
