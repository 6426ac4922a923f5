package io.gradflow.driver.data;

import io.gradflow.common.data.FieldEncoder;
import io.gradflow.common.data.PackedColumn;
import io.gradflow.common.data.PackedLayout;
import io.gradflow.common.data.Preprocessing;
import io.gradflow.common.data.RawGroups;
import io.gradflow.common.data.RowPacker;
import io.gradflow.common.error.ExitCode;
import io.gradflow.common.error.GradflowException;
import io.gradflow.driver.feature.FeatureFit;
import io.gradflow.worker.shard.ShardRdd;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import scala.jdk.javaapi.CollectionConverters;
import scala.reflect.ClassTag$;

/**
 * The way from tables to packed shards: scan, split, fit, pack. Spark jobs: one to scan each
 * source, one to fit if anything is fitted, one to pack each split.
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
              TextRows.of(train, spec.windows()),
              RowRules.of(groups, plan.checks(), holdouts.keys()),
              order,
              seed);
      scanned.settle(onBadRow, "train");
      ScanResult result = scanned.result();
      Placement splits = splits(spec, holdouts, scanned);
      JavaRDD<byte[]> dealt = scanned.deal(splits, microShards);
      Preprocessing preprocessing = plan.preprocessing(result, fit(plan, result, dealt));
      PackedLayout layout = layout(preprocessing, result);

      ShardRdd trainShards = pack(dealt, preprocessing, layout, splits, SplitRanks.TRAIN);
      Optional<EncodedData> ownValidation =
          validation.map(table -> encode(table, preprocessing, "validation"));
      Optional<EncodedData> ownTest = test.map(table -> encode(table, preprocessing, "test"));
      Optional<ShardRdd> validationShards =
          splits.size(SplitRanks.VALIDATION) > 0
              ? Optional.of(pack(dealt, preprocessing, layout, splits, SplitRanks.VALIDATION))
              : ownValidation.map(EncodedData::shards);
      Optional<ShardRdd> testShards =
          splits.size(SplitRanks.TEST) > 0
              ? Optional.of(pack(dealt, preprocessing, layout, splits, SplitRanks.TEST))
              : ownTest.map(EncodedData::shards);
      return new PreparedData(
          preprocessing,
          trainShards,
          validationShards,
          testShards,
          counts(result, trainShards, validationShards, testShards, ownValidation, ownTest),
          fingerprint(result, ownValidation, ownTest));
    } catch (Exception e) {
      throw ReadFailure.of(train.name(), e);
    }
  }

  /** Encodes a table with a preprocessing that is fitted already. */
  EncodedData encode(SourceTable table, Preprocessing preprocessing, String role) {
    try {
      RawGroups groups = preprocessing.groups();
      groups
          .groups()
          .forEach(
              group -> table.columns().find(table.name(), group.columns(), java.util.Set.of()));
      ScannedSource scanned =
          ScannedSource.scan(
              TextRows.of(table, preprocessing.windows()),
              RowRules.of(groups, preprocessing.parts(), List.of()),
              order,
              seed);
      scanned.settle(onBadRow, role);
      ScanResult result = scanned.result();
      Placement whole = scanned.placement(SplitRanks.of(result.rows(), 0, 0, order), microShards);
      ShardRdd shards =
          pack(
              scanned.deal(whole, microShards),
              preprocessing,
              layout(preprocessing, result),
              whole,
              SplitRanks.TRAIN);
      return new EncodedData(shards, result.refused(), result.samples(), result.fingerprint());
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

  private List<FeatureFit> fit(FeaturePlan plan, ScanResult result, JavaRDD<byte[]> dealt) {
    RawGroups groups = plan.groups();
    List<FeatureFit> fits = plan.fits(result);
    FitTask task = new FitTask(groups.size(), groups.groupOfPart(), fits);
    if (!task.reads()) {
      return fits;
    }
    byte[][] messages =
        (byte[][])
            dealt
                .context()
                .runJob(
                    dealt.rdd(),
                    task,
                    CollectionConverters.asScala(
                            IntStream.range(0, microShards).mapToObj(i -> (Object) i).toList())
                        .toSeq(),
                    ClassTag$.MODULE$.apply(byte[].class));
    return task.merge(messages);
  }

  private ShardRdd pack(
      JavaRDD<byte[]> dealt,
      Preprocessing preprocessing,
      PackedLayout layout,
      Placement splits,
      int split) {
    byte[] packer = new RowPacker(preprocessing, layout).toBytes();
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
      columns.add(field.packed(result.bytes(groupOfPart.subList(part, end))));
      part = end;
    }
    int inputs = preprocessing.inputs().size();
    return new PackedLayout(
        columns.subList(0, inputs),
        columns.subList(inputs, columns.size()),
        preprocessing.weight().isPresent());
  }

  private static RowCounts counts(
      ScanResult train,
      ShardRdd trainShards,
      Optional<ShardRdd> validation,
      Optional<ShardRdd> test,
      Optional<EncodedData> ownValidation,
      Optional<EncodedData> ownTest) {
    List<RejectedRow> samples = new ArrayList<>(train.samples());
    long rejected = train.refused();
    for (EncodedData own :
        IntStream.range(0, 2)
            .mapToObj(i -> i == 0 ? ownValidation : ownTest)
            .flatMap(Optional::stream)
            .toList()) {
      samples.addAll(own.samples());
      rejected += own.rejected();
    }
    return new RowCounts(
        trainShards.rowCount(),
        validation.map(ShardRdd::rowCount).orElse(0L),
        test.map(ShardRdd::rowCount).orElse(0L),
        rejected,
        samples);
  }

  private static String fingerprint(
      ScanResult train, Optional<EncodedData> ownValidation, Optional<EncodedData> ownTest) {
    return train.fingerprint()
        + ownValidation.map(own -> "-" + own.fingerprint()).orElse("")
        + ownTest.map(own -> "-" + own.fingerprint()).orElse("");
  }
}
