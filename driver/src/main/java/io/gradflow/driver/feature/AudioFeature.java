package io.gradflow.driver.feature;

import io.gradflow.common.array.Shape;
import io.gradflow.common.data.ColumnEncoder;
import io.gradflow.common.data.RawGroup;
import io.gradflow.common.data.SoundColumn;
import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Kind;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A WAV file as the logarithms of its energies in mel bands, or as cepstral coefficients: frames by
 * numbers.
 *
 * @param rate samples a second that the numbers are made of
 * @param seconds of the result; longer sounds are cut, shorter ones followed by silence
 * @param frameMillis how long a frame is
 * @param hopMillis from frame to frame
 * @param bands of the mel scale
 * @param mfcc how many cepstral coefficients in their place
 * @param resample whether files of other rates are brought to this one
 */
@Kind("audio")
@Doc("A WAV file, as energies of mel bands or cepstral coefficients: [frames, numbers].")
public record AudioFeature(
    @Doc("The column that holds the file's bytes.") @Default("content") List<String> columns,
    @Doc("The network input it is.") @Default("features") String input,
    @Doc("Samples a second: what the files have, or with resample what they are brought to.")
        int rate,
    @Doc("How much of each sound: longer ones are cut, shorter ones followed by silence.")
        double seconds,
    @Doc("Length of a frame in milliseconds.") @Default("25") double frameMillis,
    @Doc("From frame to frame in milliseconds.") @Default("10") double hopMillis,
    @Doc("Bands of the mel scale.") @Default("40") int bands,
    @Doc("Cepstral coefficients in place of the bands; 0: the bands.") @Default("0") int mfcc,
    @Doc(
            "Whether files of other rates are resampled; without, they are bad rows. What a file"
                + " lacks stays lacking: one of a lower rate is silent in the highest bands.")
        @Default("false")
        boolean resample)
    implements FeatureSpec {
  public AudioFeature {
    columns = Columns.one("a sound", Columns.some(columns));
    if (!(seconds > 0 && frameMillis > 0 && hopMillis > 0) || seconds > 3600) {
      throw new IllegalArgumentException(
          "seconds %s, frameMillis %s, hopMillis %s; expected above 0, at most an hour"
              .formatted(seconds, frameMillis, hopMillis));
    }
    column(columns, rate, seconds, frameMillis, hopMillis, bands, mfcc, resample);
  }

  private static SoundColumn column(
      List<String> columns,
      int rate,
      double seconds,
      double frameMillis,
      double hopMillis,
      int bands,
      int mfcc,
      boolean resample) {
    int frame = (int) Math.round(rate * frameMillis / 1000);
    int hop = (int) Math.max(1, Math.round(rate * hopMillis / 1000));
    int frames = (int) Math.max(1, 1 + (Math.round(rate * seconds) - frame) / hop);
    return new SoundColumn(columns.get(0), rate, frame, hop, frames, bands, mfcc, resample);
  }

  private SoundColumn column(List<String> found) {
    return column(found, rate, seconds, frameMillis, hopMillis, bands, mfcc, resample);
  }

  @Override
  public boolean alone() {
    return true;
  }

  @Override
  public Optional<Shape> exampleShape(OptionalInt count) {
    return Optional.of(column(columns).shape());
  }

  @Override
  public RawGroup raw(List<String> found) {
    return new RawGroup(Columns.one("a sound", found), RawGroup.Content.BINARY, 0);
  }

  @Override
  public Optional<ColumnEncoder> check(List<String> found) {
    return Optional.of(column(found));
  }

  @Override
  public FeatureFit fit(List<String> found, int width) {
    return FeatureFit.of(column(found));
  }
}
