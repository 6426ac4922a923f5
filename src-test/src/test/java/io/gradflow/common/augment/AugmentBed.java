package io.gradflow.common.augment;

import io.gradflow.common.array.Shape;
import io.gradflow.common.data.ExampleSchema;
import io.gradflow.common.data.Field;
import io.gradflow.common.spec.SpecReader;
import io.gradflow.common.spec.SpecWriter;
import java.util.List;

/** Changes of rows from YAML, and rows of one input and a class. */
final class AugmentBed {
  private AugmentBed() {}

  /** Changes as a job file has them. */
  record Holder(List<AugmentSpec> augment) {}

  static List<AugmentSpec> specs(String changes) {
    return SpecReader.readYaml("augment: [" + changes + "]", "job.yaml", Holder.class).augment();
  }

  /** Written and read again. */
  static AugmentSpec reread(AugmentSpec spec) {
    return SpecReader.readJson(SpecWriter.toJson(new Holder(List.of(spec))), Holder.class)
        .augment()
        .get(0);
  }

  static ExampleSchema schema(Shape shape, Field.Kind kind) {
    return new ExampleSchema(
        List.of(new Field("features", shape, kind, List.of())),
        List.of(new Field("label", Shape.of(), Field.Kind.CLASS, List.of("a", "b"))));
  }
}
