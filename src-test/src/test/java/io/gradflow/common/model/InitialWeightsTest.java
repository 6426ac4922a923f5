package io.gradflow.common.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.gradflow.common.array.ParamLayout;
import io.gradflow.common.array.ParamSlice;
import io.gradflow.common.array.Shape;
import io.gradflow.common.error.ExitCode;
import io.gradflow.common.error.GradflowException;
import io.gradflow.common.model.Safetensors.Tensor;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class InitialWeightsTest {
  private static final ParamLayout LAYOUT =
      new ParamLayout(
          List.of(
              new ParamSlice("dense_1/kernel", Shape.of(2, 1), 0, true),
              new ParamSlice("dense_1/bias", Shape.of(1), 2, true),
              new ParamSlice("dense_2/kernel", Shape.of(1, 3), 3, true)));
  private static final float[] FILE = {1, 2, 3, 4, 5, 6, 7};

  @Test
  void load_sameNamesInOtherOrder_everyParameterInItsPlace() throws IOException {
    float[] weights = new float[6];
    List<String> loaded =
        load(
            weights,
            List.of(),
            new Tensor("dense_2/kernel", List.of(1, 3), FILE, 0),
            new Tensor("dense_1/bias", List.of(1), FILE, 3),
            new Tensor("dense_1/kernel", List.of(2, 1), FILE, 4));

    assertArrayEquals(new float[] {5, 6, 4, 1, 2, 3}, weights);
    assertEquals(List.of("dense_2/kernel", "dense_1/bias", "dense_1/kernel"), loaded);
  }

  @Test
  void load_missingUnknownAndMisshapen_allListedAtOnce() {
    GradflowException fault =
        assertThrows(
            GradflowException.class,
            () ->
                load(
                    new float[6],
                    List.of(),
                    new Tensor("dense_2/kernel", List.of(3, 1), FILE, 0),
                    new Tensor("head/kernel", List.of(2), FILE, 0),
                    new Tensor("dense_1/kernel", List.of(2, 1), FILE, 0)));

    assertEquals(ExitCode.BAD_JOB, fault.code());
    assertEquals(
        """
        start.safetensors does not fit the network:
          dense_2/kernel is [3, 1] in the file, [1, 3] in the network
          head/kernel [2] is not in the network
          dense_1/bias [1] is not in the file
        allow what may differ by patterns in model.allowMissing\
        """,
        fault.getMessage());
  }

  @Test
  void load_allowedToMiss_keepsWhatWasThere() throws IOException {
    float[] weights = {-1, -2, -3, -4, -5, -6};
    List<String> loaded =
        load(
            weights,
            List.of("dense_2/*", "*/bias", "head/kernel"),
            new Tensor("dense_2/kernel", List.of(3, 1), FILE, 0),
            new Tensor("head/kernel", List.of(2), FILE, 0),
            new Tensor("dense_1/kernel", List.of(2, 1), FILE, 0));

    assertArrayEquals(new float[] {1, 2, -3, -4, -5, -6}, weights);
    assertEquals(List.of("dense_1/kernel"), loaded);
  }

  @Test
  void load_patternWithPartOfAName_doesNotMatch() {
    assertThrows(
        GradflowException.class,
        () ->
            load(
                new float[6],
                List.of("dense_2", "dense.1/bias"),
                new Tensor("dense_1/kernel", List.of(2, 1), FILE, 0)));
  }

  private static List<String> load(float[] weights, List<String> allowMissing, Tensor... tensors)
      throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Safetensors.write(out, List.of(tensors), Map.of());
    InputStream in = new ByteArrayInputStream(out.toByteArray());
    return InitialWeights.load(in, "start.safetensors", LAYOUT, allowMissing, weights);
  }
}
