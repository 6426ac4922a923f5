package io.gradflow.common.model;

import io.gradflow.common.array.ParamLayout;
import io.gradflow.common.array.ParamSlice;
import io.gradflow.common.error.ExitCode;
import io.gradflow.common.error.GradflowException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Weights to start from, out of a safetensors file, by parameter name.
 *
 * <p>Names and shapes of file and network must agree, both ways. A parameter that matches one of
 * the patterns given may be missing from the file, have another shape there, or be unknown to the
 * network; it then keeps what it had. In patterns {@code *} stands for any text.
 */
public final class InitialWeights {
  private InitialWeights() {}

  /**
   * Overwrites those weights that the file has.
   *
   * @param in a safetensors file; closed
   * @param where its location, for messages
   * @param allowMissing patterns over parameter names, e.g. {@code dense_3/*}
   * @return the names of the parameters loaded, in the file's order
   * @throws GradflowException BAD_JOB listing every mismatch; BAD_DATA if the file is corrupt
   */
  public static List<String> load(
      InputStream in, String where, ParamLayout layout, List<String> allowMissing, float[] weights)
      throws IOException {
    try (SafetensorsReader reader = new SafetensorsReader(in, where)) {
      List<SafetensorsEntry> matching = matching(reader, where, layout, allowMissing);
      read(reader, matching, layout, weights);
      return matching.stream().map(SafetensorsEntry::name).toList();
    }
  }

  /**
   * Reads the weights of a whole network. Memory is asked for once the file's header has been found
   * to be of this layout.
   *
   * @return the flat vector, the caller's own
   * @throws GradflowException as the other
   */
  static float[] load(InputStream in, String where, ParamLayout layout) throws IOException {
    try (SafetensorsReader reader = new SafetensorsReader(in, where)) {
      List<SafetensorsEntry> all = matching(reader, where, layout, List.of());
      float[] weights = new float[layout.size()];
      read(reader, all, layout, weights);
      return weights;
    }
  }

  private static void read(
      SafetensorsReader reader, List<SafetensorsEntry> entries, ParamLayout layout, float[] weights)
      throws IOException {
    for (SafetensorsEntry entry : entries) {
      reader.read(entry, weights, layout.slice(entry.name()).offset());
    }
    reader.finish();
  }

  private static List<SafetensorsEntry> matching(
      SafetensorsReader reader, String where, ParamLayout layout, List<String> allowMissing) {
    List<Pattern> allowed = allowMissing.stream().map(InitialWeights::pattern).toList();
    List<SafetensorsEntry> matching = new ArrayList<>();
    List<String> faults = new ArrayList<>();
    Set<String> inFile = new HashSet<>();
    Set<String> inNetwork = new HashSet<>();
    layout.slices().forEach(slice -> inNetwork.add(slice.name()));
    for (SafetensorsEntry entry : reader.entries()) {
      inFile.add(entry.name());
      boolean optional = allowed.stream().anyMatch(p -> p.matcher(entry.name()).matches());
      if (!inNetwork.contains(entry.name())) {
        if (!optional) {
          faults.add(entry.name() + " " + entry.shape() + " is not in the network");
        }
      } else if (!sameShape(entry, layout.slice(entry.name()))) {
        if (!optional) {
          faults.add(
              entry.name()
                  + " is "
                  + entry.shape()
                  + " in the file, "
                  + layout.slice(entry.name()).shape()
                  + " in the network");
        }
      } else {
        matching.add(entry);
      }
    }
    for (ParamSlice slice : layout.slices()) {
      if (!inFile.contains(slice.name())
          && allowed.stream().noneMatch(p -> p.matcher(slice.name()).matches())) {
        faults.add(slice.name() + " " + slice.shape() + " is not in the file");
      }
    }
    if (!faults.isEmpty()) {
      throw new GradflowException(
          ExitCode.BAD_JOB,
          where
              + " does not fit the network:\n  "
              + String.join("\n  ", faults)
              + "\nallow what may differ by patterns in model.allowMissing");
    }
    return matching;
  }

  private static boolean sameShape(SafetensorsEntry entry, ParamSlice slice) {
    return entry.shape().equals(slice.shape().dims().stream().map(Integer::longValue).toList());
  }

  private static Pattern pattern(String glob) {
    return Pattern.compile(Pattern.quote(glob).replace("*", "\\E.*\\Q"));
  }
}
