package io.gradflow.driver.run;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where this process runs, as far as others can compare it. */
final class RunPlace {
  private static final Path BOOT = Path.of("/proc/sys/kernel/random/boot_id");
  private static final Path NAMESPACE = Path.of("/proc/self/ns/pid");

  private RunPlace() {}

  /** The machine's name. */
  static String host() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "unknown";
    }
  }

  /**
   * The same text in two processes means that each can see whether the other lives: same host, same
   * boot, same namespace of process numbers. Unique to this process where that cannot be told.
   */
  static String processNamespace() {
    try {
      return host()
          + " "
          + Files.readString(BOOT, StandardCharsets.US_ASCII).strip()
          + " "
          + Files.readSymbolicLink(NAMESPACE);
    } catch (IOException | UnsupportedOperationException e) {
      return host() + " process " + ProcessHandle.current().pid();
    }
  }
}
