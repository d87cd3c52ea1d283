package io.countersign.gateway;

import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.resolver.dns.SingletonDnsServerAddressStreamProvider;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which name servers are asked. Those of the machine; and where it names none, the one on the
 * machine itself, as resolv.conf(5) has it. Netty by itself would turn to a public one, and tell it
 * what this network looks up.
 */
final class NameServers {
  private static final Logger LOG = LoggerFactory.getLogger(NameServers.class);
  private static final Path RESOLV_CONF = Path.of("/etc/resolv.conf");
  private static final int PORT = 53;

  private NameServers() {}

  static void choose(DnsNameResolverBuilder resolver) {
    if (!namesOne(RESOLV_CONF)) {
      LOG.warn("{} names no name server: the one on loopback is asked", RESOLV_CONF);
      resolver.nameServerProvider(
          new SingletonDnsServerAddressStreamProvider(
              new InetSocketAddress(InetAddress.getLoopbackAddress(), PORT)));
    }
  }

  static boolean namesOne(Path resolvConf) {
    List<String> lines;
    try {
      lines = Files.readAllLines(resolvConf);
    } catch (IOException e) {
      return false; // not there, or not to be read: it names none
    }
    return lines.stream().anyMatch(line -> line.strip().matches("nameserver\\s+\\S+.*"));
  }
}
