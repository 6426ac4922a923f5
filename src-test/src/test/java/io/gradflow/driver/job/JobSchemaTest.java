package io.gradflow.driver.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.gradflow.common.error.GradflowException;
import io.gradflow.common.spec.SpecWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The published schema and the reader, by a validator that is not ours. */
class JobSchemaTest {
  private static final Schema SCHEMA =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
          .getSchema(SpecWriter.toJson(JobFile.schema()), InputFormat.JSON);

  // What a schema cannot say: ranges and rules of constructors, faults between sections, YAML's
  // own spellings, classes on the class path.
  private static final List<String> BEYOND_THE_SCHEMA =
      List.of(
          "class-not-a-layer",
          "class-not-found",
          "classes-of-numbers",
          "dropout-one",
          "duplicate-key",
          "duplicate-key-nested",
          "early-stopping-prefix",
          "early-stopping-unmeasured",
          "early-stopping-without-validation",
          "epochs-zero",
          "features-empty",
          "keep-best-unwatched",
          "loss-against-label",
          "loss-class-against-numbers",
          "loss-counts-against-class",
          "loss-embeddings-of-a-row",
          "loss-margin-of-nothing",
          "metric-against-label",
          "metric-of-embeddings",
          "metric-twice",
          "micro-shards-above-batch",
          "missing-label",
          "name-with-slash",
          "no-network",
          "node-name-taken",
          "node-unknown-input",
          "node-unknown-output",
          "number-too-large",
          "number-too-small",
          "output-width-known",
          "outputs-ambiguous-classes",
          "outputs-beside-loss",
          "outputs-leave-target-out",
          "outputs-metric-misfit",
          "outputs-metrics-in-train",
          "outputs-negative-weight",
          "outputs-one-loss-for-two",
          "outputs-unknown-node",
          "outputs-unknown-target",
          "outputs-unmeasured",
          "rollback-without-checkpoints",
          "rows-at-once-with-batch-norm",
          "shape-mismatch",
          "split-too-large",
          "step-timeout-of-nothing",
          "target-named-as-input",
          "tasks-above-micro-shards",
          "truth-yes",
          "two-documents",
          "units-zero",
          "value-out-of-range",
          "whole-number-hex",
          "whole-number-octal");

  @Test
  void schema_goodFiles_areAccepted() {
    for (String name : List.of("chain.yaml", "graph.yaml")) {
      assertEquals(List.of(), SCHEMA.validate(JobCorpus.good(name), InputFormat.YAML), name);
    }
  }

  @Test
  void schema_examples_areAcceptedAndRead() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("../deploy/examples"))) {
      List<Path> jobs = files.filter(file -> file.toString().endsWith(".yaml")).toList();
      assertTrue(jobs.size() >= 3, jobs.toString());
      for (Path job : jobs) {
        String text = Files.readString(job);
        assertEquals(List.of(), SCHEMA.validate(text, InputFormat.YAML), job.toString());
        JobFile.read(text, job.toString(), List.of());
      }
    }
  }

  @Test
  void schema_brokenFiles_areRejectedButForWhatItCannotSay() {
    TreeSet<String> accepted = new TreeSet<>();
    for (JobCorpus.Broken file : JobCorpus.broken()) {
      if (accepts(file.text())) {
        accepted.add(file.name().replaceAll("^\\d+-|\\.yaml$", ""));
      }
    }
    assertEquals(new TreeSet<>(BEYOND_THE_SCHEMA), accepted);
  }

  @Test
  void schema_whateverTheReaderAccepts_isAccepted() {
    Job job = JobFile.read(JobCorpus.good("chain.yaml"), "chain.yaml", List.of());
    int read = 0;
    for (long seed = 0; seed < 300; seed++) {
      String text = SpecWriter.toJson(mutate(SpecWriter.toTree(job), new Random(seed)));
      try {
        JobFile.read(text, "mutated", List.of());
        read++;
        List<Error> errors = SCHEMA.validate(text, InputFormat.JSON);
        assertTrue(errors.isEmpty(), "seed " + seed + ": " + errors + "\n" + text);
      } catch (GradflowException e) {
        assertTrue(e.getCause() != null, e.getMessage());
      }
    }
    assertTrue(read > 20, read + " mutations were read");
  }

  /** One value somewhere left out or replaced. */
  private static Object mutate(Object tree, Random random) {
    if (tree instanceof Map<?, ?> map && !map.isEmpty()) {
      List<Object> keys = new ArrayList<>(map.keySet());
      Object chosen = keys.get(random.nextInt(keys.size()));
      Map<String, Object> changed = new LinkedHashMap<>();
      map.forEach((key, value) -> changed.put((String) key, value));
      if (random.nextInt(4) == 0) {
        changed.remove(chosen);
      } else {
        changed.put((String) chosen, mutate(map.get(chosen), random));
      }
      return changed;
    }
    if (tree instanceof List<?> list && !list.isEmpty()) {
      List<Object> changed = new ArrayList<>(list);
      int chosen = random.nextInt(list.size());
      changed.set(chosen, mutate(list.get(chosen), random));
      return changed;
    }
    List<Object> others =
        List.of(1, 2.0, 0.5, true, "relu", "classes", List.of(), List.of(1), Map.of(), "5min");
    return others.get(random.nextInt(others.size()));
  }

  private static boolean accepts(String text) {
    try {
      return SCHEMA.validate(text, InputFormat.YAML).isEmpty();
    } catch (UncheckedIOException | IllegalArgumentException notWellFormed) {
      return false;
    }
  }
}
