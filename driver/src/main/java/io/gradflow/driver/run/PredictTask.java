package io.gradflow.driver.run;

import io.gradflow.common.data.MiniBatch;
import io.gradflow.common.data.RawValues;
import io.gradflow.common.data.RowEncoder;
import io.gradflow.common.error.ExitCode;
import io.gradflow.common.error.GradflowException;
import io.gradflow.common.model.Model;
import io.gradflow.common.model.ModelOutput;
import io.gradflow.common.model.ModelSpec;
import io.gradflow.common.model.Scorer;
import io.gradflow.common.spec.SpecReader;
import io.gradflow.driver.profile.TableTally;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;

/**
 * What runs on an executor to predict: a partition's rows in, the same rows with predictions out,
 * in order, {@value #BATCH} at a time.
 *
 * <p>A row that cannot be encoded ends the job, or, where asked for, goes on without predictions
 * and with the reason in one more column.
 */
final class PredictTask implements MapPartitionsFunction<Row, Row> {
  private static final long serialVersionUID = 1;
  private static final int BATCH = 256;

  private final Broadcast<byte[]> modelJson;
  private final Broadcast<float[]> weights;
  private final StructType schema;
  private final String malformed;
  private final boolean marking;
  private final TallyAccumulator tallies;

  /**
   * @param modelJson a {@link ModelSpec} in UTF-8
   * @param schema of the input
   * @param malformed the column that holds the text of records that are no rows, left out of the
   *     output; null if there is none
   * @param marking whether a bad row gets a reason, in one more column, instead of ending the job
   * @param tallies count what the encoded rows hold; null if nobody asks
   */
  PredictTask(
      Broadcast<byte[]> modelJson,
      Broadcast<float[]> weights,
      StructType schema,
      String malformed,
      boolean marking,
      TallyAccumulator tallies) {
    this.modelJson = modelJson;
    this.weights = weights;
    this.schema = schema;
    this.malformed = malformed;
    this.marking = marking;
    this.tallies = tallies;
  }

  @Override
  public Iterator<Row> call(Iterator<Row> rows) {
    String json = new String(modelJson.value(), StandardCharsets.UTF_8);
    ModelSpec spec = SpecReader.readJson(json, ModelSpec.class);
    return new Predictions(new Model(spec, weights.value()), rows);
  }

  /** Reads a batch ahead, scores it, hands it out. */
  private final class Predictions implements Iterator<Row> {
    private final Iterator<Row> rows;
    private final List<ModelOutput> outputs;
    private final int added;
    private final RowEncoder encoder;
    private final Scorer scorer;
    private final RowView view = new RowView(schema);
    private final int malformedAt = malformed == null ? -1 : schema.fieldIndex(malformed);
    private final List<Row> batch = new ArrayList<>(BATCH);
    private final List<String> problems = new ArrayList<>(BATCH);
    private int next;
    private int nextScored;
    private long rowsRead;
    private TableTally tally = tallies == null ? null : tallies.empty();

    Predictions(Model model, Iterator<Row> rows) {
      this.rows = rows;
      this.outputs = model.spec().modelOutputs();
      this.added = outputs.stream().mapToInt(ModelOutput::columns).sum() + (marking ? 1 : 0);
      this.encoder = model.spec().preprocessing().unlabelled().encoder();
      this.scorer = model.scorer(BATCH);
    }

    @Override
    public boolean hasNext() {
      boolean more = next < batch.size() || rows.hasNext();
      if (!more && tally != null) {
        tallies.add(new TallyAccumulator.Part(TaskContext.getPartitionId(), tally));
        tally = null;
      }
      return more;
    }

    @Override
    public Row next() {
      if (next == batch.size()) {
        if (!rows.hasNext()) {
          throw new NoSuchElementException();
        }
        score();
      }
      String problem = problems.get(next);
      Row row = batch.get(next++);
      return problem == null ? predicted(row, nextScored++) : refused(row, problem);
    }

    private void score() {
      batch.clear();
      problems.clear();
      next = 0;
      nextScored = 0;
      MiniBatch encoded = scorer.batch();
      int good = 0;
      while (batch.size() < BATCH && rows.hasNext()) {
        Row row = rows.next();
        rowsRead++;
        String problem = problem(row);
        if (problem == null) {
          encoder.encode(encoder.row(), encoded, good++);
          if (tally != null) {
            // Without labels nothing is compared across columns, so rows need no hash.
            tally.add(encoder.row(), 0);
          }
        } else if (!marking) {
          throw new GradflowException(
              ExitCode.BAD_DATA,
              "row "
                  + rowsRead
                  + " of partition "
                  + TaskContext.getPartitionId()
                  + ": "
                  + problem
                  + "; mend the data or choose --on-bad-row drop");
        }
        batch.add(row);
        problems.add(problem);
      }
      encoded.rows(good);
      scorer.score();
    }

    private String problem(Row row) {
      return malformedAt >= 0 && !row.isNullAt(malformedAt)
          ? "malformed record: " + RawValues.quoted(row.getString(malformedAt))
          : encoder.read(view.at(row));
    }

    private Row predicted(Row row, int scored) {
      Object[] values = copy(row);
      int at = kept(row);
      for (int i = 0; i < outputs.size(); i++) {
        at = predicted(i, scored, values, at);
      }
      return RowFactory.create(values);
    }

    /** Writes the columns of one output; the index after them. */
    private int predicted(int output, int scored, Object[] values, int first) {
      int at = first;
      List<String> classes = outputs.get(output).classes();
      int width = scorer.width(output);
      float[] scores = scorer.scores(output);
      if (!classes.isEmpty() && outputs.get(output).steps() > 1) {
        List<String> labels = scorer.labels(output, scored);
        values[at++] = labels.toArray(String[]::new);
        if (!outputs.get(output).isUnaligned()) {
          int steps = labels.size();
          Float[] probabilities = new Float[steps];
          for (int t = 0; t < steps; t++) {
            int best = t * (width / steps) + scorer.argMax(output, scored, t);
            probabilities[t] =
                labels.get(t) == null ? null : Float.valueOf(scores[scored * width + best]);
          }
          values[at++] = probabilities;
        }
        return at;
      }
      if (!classes.isEmpty()) {
        values[at++] = classes.get(scorer.argMax(output, scored, 0));
      }
      for (int i = 0; i < width; i++) {
        values[at++] = scores[scored * width + i];
      }
      return at;
    }

    private Row refused(Row row, String problem) {
      Object[] values = copy(row);
      values[values.length - 1] = problem;
      return RowFactory.create(values);
    }

    private Object[] copy(Row row) {
      Object[] values = new Object[kept(row) + added];
      int to = 0;
      for (int i = 0; i < row.length(); i++) {
        if (i != malformedAt) {
          values[to++] = row.get(i);
        }
      }
      return values;
    }

    private int kept(Row row) {
      return row.length() - (malformedAt >= 0 ? 1 : 0);
    }
  }
}
