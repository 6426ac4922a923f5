package io.gradflow.common.array;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 in lower-case hexadecimal, as files and reports name weights and content. */
public final class Sha256 {
  private Sha256() {}

  /** Of some bytes. */
  public static String of(byte[] bytes) {
    return hex(begin().digest(bytes));
  }

  /** A digest to be fed; {@link #end} says what it has come to. */
  public static MessageDigest begin() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** Of all that a digest was fed with; it begins anew. */
  public static String end(MessageDigest digest) {
    return hex(digest.digest());
  }

  private static String hex(byte[] digest) {
    return HexFormat.of().formatHex(digest);
  }
}
