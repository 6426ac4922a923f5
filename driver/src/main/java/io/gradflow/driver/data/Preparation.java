package io.gradflow.driver.data;

import io.gradflow.common.data.FieldEncoder;
import io.gradflow.common.data.PackedColumn;
import io.gradflow.common.data.PackedLayout;
import io.gradflow.common.data.Preprocessing;
import io.gradflow.common.data.RawGroup;
import io.gradflow.common.data.RawGroups;
import io.gradflow.common.data.RowPacker;
import io.gradflow.common.error.ExitCode;
import io.gradflow.common.error.GradflowException;
import io.gradflow.driver.data.FitTask.Learned;
import io.gradflow.driver.feature.FeatureFit;
import io.gradflow.driver.profile.ColumnProfile;
import io.gradflow.driver.profile.TableTally;
import io.gradflow.worker.shard.ShardRdd;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import scala.jdk.javaapi.CollectionConverters;
import scala.reflect.ClassTag$;
import scala.runtime.AbstractFunction2;

/**
 * The way from tables to packed shards: scan, split, fit and count, pack. Spark jobs: one to scan
 * each source, one to fit and to count what the splits hold, one to pack each split.
 */
final class Preparation {
  private final OnBadRow onBadRow;
  private final RowOrder order;
  private final long seed;
  private final int microShards;

  Preparation(OnBadRow onBadRow, RowOrder order, long seed, int microShards) {
    if (microShards < 1) {
      throw new IllegalArgumentException(microShards + " micro-shards; expected at least 1");
    }
    this.onBadRow = onBadRow;
    this.order = order;
    this.seed = seed;
    this.microShards = microShards;
  }

  PreparedData run(
      DataSpec spec,
      SourceTable train,
      Optional<SourceTable> validation,
      Optional<SourceTable> test) {
    try {
      FeaturePlan plan = FeaturePlan.of(spec, train.columns());
      RawGroups groups = plan.groups();
      Holdouts holdouts = Holdouts.of(spec, train.columns(), groups.size(), seed);
      ScannedSource scanned =
          ScannedSource.scan(
              SeriesRows.of(TextRows.of(train, spec.windows()), spec.series()),
              RowRules.of(groups, plan.checks(), holdouts.keys()),
              order,
              seed);
      scanned.settle(onBadRow, "train");
      ScanResult result = scanned.result();
      Placement splits = splits(spec, holdouts, scanned);
      JavaRDD<byte[]> dealt = scanned.deal(splits, microShards);
      Learned learned = learn(plan, plan.fits(result), dealt);
      requireWeight(train.name(), learned.tallies().get(SplitRanks.TRAIN));
      Preprocessing preprocessing = plan.preprocessing(result, learned.fits());
      PackedLayout layout = layout(preprocessing, result);

      List<Float> classWeights = classWeights(spec, groups, preprocessing, dealt);
      ShardRdd trainShards =
          pack(
              dealt,
              new RowPacker(preprocessing, layout.weighted(classWeights), classWeights),
              splits,
              SplitRanks.TRAIN);
      RowPacker held = new RowPacker(preprocessing, layout);
      Optional<EncodedData> ownValidation =
          validation.map(table -> encode(table, preprocessing, "validation"));
      Optional<EncodedData> ownTest = test.map(table -> encode(table, preprocessing, "test"));
      Optional<ShardRdd> validationShards =
          splits.size(SplitRanks.VALIDATION) > 0
              ? Optional.of(pack(dealt, held, splits, SplitRanks.VALIDATION))
              : ownValidation.map(EncodedData::shards);
      Optional<ShardRdd> testShards =
          splits.size(SplitRanks.TEST) > 0
              ? Optional.of(pack(dealt, held, splits, SplitRanks.TEST))
              : ownTest.map(EncodedData::shards);
      List<SourceRows> sources =
          sources(
              result, splits, ownValidation.map(EncodedData::rows), ownTest.map(EncodedData::rows));
      return new PreparedData(
          preprocessing,
          trainShards,
          validationShards,
          testShards,
          new RowCounts(
              trainShards.rowCount(),
              validationShards.map(ShardRdd::rowCount).orElse(0L),
              testShards.map(ShardRdd::rowCount).orElse(0L),
              sources),
          DataProfile.of(
              sources,
              learned.tallies().get(SplitRanks.TRAIN),
              tally(learned, SplitRanks.VALIDATION, ownValidation.map(EncodedData::tally)),
              tally(learned, SplitRanks.TEST, ownTest.map(EncodedData::tally))),
          fingerprint(result, ownValidation, ownTest));
    } catch (Exception e) {
      throw ReadFailure.of(train.name(), e);
    }
  }

  /** Encodes a table with a preprocessing that is fitted already. */
  EncodedData encode(SourceTable table, Preprocessing preprocessing, String role) {
    try {
      RawGroups groups = preprocessing.groups();
      SourceTable rows =
          SeriesRows.of(TextRows.of(table, preprocessing.windows()), preprocessing.series());
      groups
          .groups()
          .forEach(group -> rows.columns().find(table.name(), group.columns(), Set.of()));
      ScannedSource scanned =
          ScannedSource.scan(
              rows, RowRules.of(groups, preprocessing.parts(), List.of()), order, seed);
      scanned.settle(onBadRow, role);
      ScanResult result = scanned.result();
      Placement whole = whole(scanned);
      JavaRDD<byte[]> dealt = scanned.deal(whole, microShards);
      TableTally tally =
          count(
              groups, preprocessing.inputs().stream().mapToInt(f -> f.parts().size()).sum(), dealt);
      ShardRdd shards =
          pack(
              dealt,
              new RowPacker(preprocessing, layout(preprocessing, result)),
              whole,
              SplitRanks.TRAIN);
      return new EncodedData(shards, result.accounts(0), tally, result.fingerprint());
    } catch (Exception e) {
      throw ReadFailure.of(table.name(), e);
    }
  }

  private Placement splits(DataSpec spec, Holdouts holdouts, ScannedSource scanned) {
    ScanResult result = scanned.result();
    Placement placement =
        holdouts.rules().isEmpty()
            ? scanned.placement(
                SplitRanks.of(result.rows(), share(spec.validation()), share(spec.test()), order),
                microShards)
            : scanned.placement(holdouts, microShards);
    long train = placement.size(SplitRanks.TRAIN);
    long validation = placement.size(SplitRanks.VALIDATION);
    long test = placement.size(SplitRanks.TEST);
    if (train < 1
        || (validation == 0 && spec.validation().filter(HoldoutSpec::ofTrain).isPresent())
        || (test == 0 && spec.test().filter(HoldoutSpec::ofTrain).isPresent())) {
      throw new GradflowException(
          ExitCode.BAD_DATA,
          "%s: %d rows split into %d for training, %d for validation, %d for test; none may be empty"
              .formatted(result.source(), result.rows(), train, validation, test));
    }
    return placement;
  }

  private static double share(Optional<HoldoutSpec> holdout) {
    return holdout.flatMap(HoldoutSpec::split).orElse(0.0);
  }

  /**
   * Profiles what a spec names: scans, splits and counts, but fits and packs nothing. Rows that
   * cannot be used are left out, whatever the spec says.
   */
  DataProfile profile(
      DataSpec spec,
      SourceTable train,
      Optional<SourceTable> validation,
      Optional<SourceTable> test) {
    try {
      FeaturePlan plan = FeaturePlan.of(spec, train.columns());
      Holdouts holdouts = Holdouts.of(spec, train.columns(), plan.groups().size(), seed);
      ScannedSource scanned = scan(plan, train, holdouts.keys());
      Placement splits = splits(spec, holdouts, scanned);
      Learned learned = learn(plan, List.of(), scanned.deal(splits, microShards));
      Optional<ScannedSource> ownValidation = validation.map(table -> scan(plan, table, List.of()));
      Optional<ScannedSource> ownTest = test.map(table -> scan(plan, table, List.of()));
      return DataProfile.of(
          sources(
              scanned.result(),
              splits,
              ownValidation.map(own -> own.result().accounts(0)),
              ownTest.map(own -> own.result().accounts(0))),
          learned.tallies().get(SplitRanks.TRAIN),
          tally(learned, SplitRanks.VALIDATION, ownValidation.map(own -> count(plan, own))),
          tally(learned, SplitRanks.TEST, ownTest.map(own -> count(plan, own))));
    } catch (Exception e) {
      throw ReadFailure.of(train.name(), e);
    }
  }

  private ScannedSource scan(FeaturePlan plan, SourceTable table, List<RawGroup> keys) {
    SourceTable rows =
        SeriesRows.of(TextRows.of(table, plan.spec().windows()), plan.spec().series());
    plan.groups()
        .groups()
        .forEach(group -> rows.columns().find(table.name(), group.columns(), Set.of()));
    ScannedSource scanned =
        ScannedSource.scan(rows, RowRules.of(plan.groups(), plan.checks(), keys), order, seed);
    scanned.settle(new OnBadRow.Drop(), table.name());
    return scanned;
  }

  private TableTally count(FeaturePlan plan, ScannedSource scanned) {
    return count(plan.groups(), plan.features().size(), scanned.deal(whole(scanned), microShards));
  }

  private Placement whole(ScannedSource scanned) {
    return scanned.placement(SplitRanks.of(scanned.result().rows(), 0, 0, order), microShards);
  }

  private TableTally count(RawGroups groups, int inputs, JavaRDD<byte[]> dealt) {
    return new FitTask(
            groups.size(), List.of(), List.of(), TableTally.of(groups, inputs), microShards)
        .run(dealt)
        .tallies()
        .get(SplitRanks.TRAIN);
  }

  private Learned learn(FeaturePlan plan, List<FeatureFit> fits, JavaRDD<byte[]> dealt) {
    RawGroups groups = plan.groups();
    return new FitTask(
            groups.size(),
            groups.groupOfPart(),
            fits,
            TableTally.of(groups, plan.features().size()),
            microShards)
        .run(dealt);
  }

  private static void requireWeight(String source, TableTally train) {
    for (ColumnProfile column : train.profile().columns()) {
      if (column.role().equals("weight")
          && column.constant()
          && column.numbers().get().max() == 0) {
        throw new GradflowException(
            ExitCode.BAD_DATA,
            "%s: column %s: every weight is 0; nothing would be learned"
                .formatted(source, column.column()));
      }
    }
  }

  /** A held-out split's: of its own source, or of its share of the training source. */
  private static Optional<TableTally> tally(Learned learned, int split, Optional<TableTally> own) {
    return own.or(
        () ->
            learned.tallies().stream().skip(split).findFirst().filter(shared -> shared.rows() > 0));
  }

  /** Runs a task on every micro-shard of the training rows. */
  private byte[][] onTrainingRows(
      JavaRDD<byte[]> dealt,
      AbstractFunction2<TaskContext, scala.collection.Iterator<byte[]>, byte[]> task) {
    return (byte[][])
        dealt
            .context()
            .runJob(
                dealt.rdd(),
                task,
                CollectionConverters.asScala(
                        IntStream.range(0, microShards).mapToObj(i -> (Object) i).toList())
                    .toSeq(),
                ClassTag$.MODULE$.apply(byte[].class));
  }

  /** The weight of each class; empty if they count alike. */
  private List<Float> classWeights(
      DataSpec spec, RawGroups groups, Preprocessing preprocessing, JavaRDD<byte[]> dealt) {
    if (!(spec.label().orElse(null) instanceof ClassLabel label) || label.weights().isEmpty()) {
      return List.of();
    }
    ClassWeightsSpec weights = label.weights().get();
    int group = groups.groupOfPart().get(groups.groupOfPart().size() - 1);
    Map<String, Long> counts =
        LabelCountTask.merged(onTrainingRows(dealt, new LabelCountTask(groups.size(), group)));
    long rows = counts.values().stream().mapToLong(Long::longValue).sum();
    List<String> classes = preprocessing.targets().get(0).field().classes();
    if (weights instanceof ClassWeightsSpec.Given given) {
      given.weights().keySet().stream()
          .filter(name -> !classes.contains(name))
          .findFirst()
          .ifPresent(
              name -> {
                throw new GradflowException(
                    ExitCode.BAD_DATA,
                    "data.label.weights: no class %s; the classes are %s".formatted(name, classes));
              });
    }
    return classes.stream()
        .map(
            name ->
                (float) weights.weight(name, counts.getOrDefault(name, 0L), rows, counts.size()))
        .toList();
  }

  private ShardRdd pack(JavaRDD<byte[]> dealt, RowPacker rowPacker, Placement splits, int split) {
    byte[] packer = rowPacker.toBytes();
    ShardRdd shards =
        new ShardRdd(
            dealt.rdd(),
            split * microShards,
            KeyedBytes.KEY_BYTES,
            microShards,
            splits.size(split),
            JavaSparkContext.fromSparkContext(dealt.context()).broadcast(packer));
    shards.pack();
    return shards;
  }

  private static PackedLayout layout(Preprocessing preprocessing, ScanResult result) {
    List<Integer> groupOfPart = preprocessing.groups().groupOfPart();
    List<PackedColumn> columns = new ArrayList<>();
    int part = 0;
    for (FieldEncoder field : preprocessing.fields()) {
      int end = part + field.parts().size();
      PackedColumn column = field.packed(result.bytes(groupOfPart.subList(part, end)));
      // Windows fill their rows, but for a text's last.
      columns.add(preprocessing.windows().isPresent() ? column.padded() : column);
      part = end;
    }
    int inputs = preprocessing.inputs().size();
    return new PackedLayout(
        columns.subList(0, inputs),
        columns.subList(inputs, columns.size()),
        preprocessing.weight().isPresent());
  }

  private static List<SourceRows> sources(
      ScanResult train,
      Placement splits,
      Optional<SourceRows> validation,
      Optional<SourceRows> test) {
    return Stream.of(Optional.of(train.accounts(splits.unused())), validation, test)
        .flatMap(Optional::stream)
        .toList();
  }

  private static String fingerprint(
      ScanResult train, Optional<EncodedData> ownValidation, Optional<EncodedData> ownTest) {
    return train.fingerprint()
        + ownValidation.map(own -> "-" + own.fingerprint()).orElse("")
        + ownTest.map(own -> "-" + own.fingerprint()).orElse("");
  }
}
