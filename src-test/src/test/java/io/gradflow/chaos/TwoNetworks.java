package io.gradflow.chaos;

import io.gradflow.testkit.LocalCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/**
 * Two network namespaces of this machine with one cable between them, which can be cut: packets
 * vanish, connections stay open on both sides. Takes the right to create them.
 */
final class TwoNetworks implements AutoCloseable {
  private static final String NEAR_IP = "10.77.0.1";
  private static final String FAR_IP = "10.77.0.2";

  private final String near;
  private final String far;

  private TwoNetworks(String near, String far) {
    this.near = near;
    this.far = far;
  }

  /** Makes them; skips the test where that is not permitted. */
  static TwoNetworks create() throws IOException {
    String number = Long.toString(ProcessHandle.current().pid());
    TwoNetworks networks = new TwoNetworks("gf-near-" + number, "gf-far-" + number);
    Assumptions.assumeTrue(
        LocalCommand.succeeds("ip", "netns", "add", networks.near),
        "skipped: no right to create network namespaces");
    try {
      LocalCommand.run("ip", "netns", "add", networks.far);
      LocalCommand.run(
          "ip", "-n", networks.near, "link", "add", "near", "type", "veth", "peer", "name", "far");
      LocalCommand.run("ip", "-n", networks.near, "link", "set", "far", "netns", networks.far);
      up(networks.near, "near", NEAR_IP);
      up(networks.far, "far", FAR_IP);
      return networks;
    } catch (IOException | RuntimeException | Error e) {
      networks.close();
      throw e;
    }
  }

  private static void up(String namespace, String device, String ip) throws IOException {
    LocalCommand.run("ip", "-n", namespace, "addr", "add", ip + "/24", "dev", device);
    LocalCommand.run("ip", "-n", namespace, "link", "set", device, "up");
    LocalCommand.run("ip", "-n", namespace, "link", "set", "lo", "up");
  }

  StandaloneSite.Place near() {
    return new StandaloneSite.Place(NEAR_IP, List.of("ip", "netns", "exec", near));
  }

  StandaloneSite.Place far() {
    return new StandaloneSite.Place(FAR_IP, List.of("ip", "netns", "exec", far));
  }

  /**
   * Cuts the cable.
   *
   * @param millis until it is mended; 0: not before the run has ended
   */
  Deed cut(int millis) {
    return (site, application, directory) -> {
      cable("down");
      if (millis > 0) {
        TimeUnit.MILLISECONDS.sleep(millis);
        cable("up");
      }
      return () -> {
        try {
          cable("up");
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      };
    };
  }

  // The far end: what the near one sends is lost without a word.
  private void cable(String state) throws IOException {
    LocalCommand.run("ip", "-n", far, "link", "set", "far", state);
  }

  @Override
  public void close() {
    LocalCommand.succeeds("ip", "netns", "del", near);
    LocalCommand.succeeds("ip", "netns", "del", far);
  }
}
