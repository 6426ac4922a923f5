package io.gradflow.common.data;

import io.gradflow.common.array.Shape;
import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Kind;
import java.util.List;

/**
 * A WAV file's {@link MelSpectrum}, [frames, bands] or [frames, coefficients]. What is longer is
 * cut, what is shorter followed by silence.
 *
 * @param column that holds the file's bytes
 * @param rate samples a second that files must have
 * @param frame samples a frame
 * @param hop samples from frame to frame
 * @param frames of the result
 * @param bands of the mel scale
 * @param coefficients cepstral ones in place of the bands; 0 for none
 */
@Kind("sound")
@Doc("A WAV file, as the energies of its mel bands or their cepstral coefficients.")
public record SoundColumn(
    String column,
    int rate,
    int frame,
    int hop,
    int frames,
    int bands,
    @Default("0") int coefficients)
    implements ColumnEncoder {
  public SoundColumn {
    if (rate < 1 || frame < 2 || hop < 1 || frames < 1 || frame > 1 << 16) {
      throw new IllegalArgumentException(
          "sounds of %d Hz in %d frames of %d samples, %d apart; expected 2 to 65536 samples a frame"
              .formatted(rate, frames, frame, hop));
    }
    if (bands < 1 || bands > frame / 2 || coefficients < 0 || coefficients > bands) {
      throw new IllegalArgumentException(
          "%d bands, %d coefficients; expected at most half a frame's %d samples, and no more coefficients"
              .formatted(bands, coefficients, frame));
    }
  }

  /** Frames, numbers a frame. */
  public Shape shape() {
    return Shape.of(frames, coefficients > 0 ? coefficients : bands);
  }

  @Override
  public RawGroup raw() {
    return new RawGroup(List.of(column), RawGroup.Content.BINARY, 0);
  }

  @Override
  public int width() {
    return shape().size();
  }

  @Override
  public Bound bind() {
    MelSpectrum spectrum = new MelSpectrum(rate, frame, hop, bands, coefficients);
    return new Bound() {
      @Override
      public String problem(RawValues values) {
        try {
          int found = WaveFile.read(values.bytes()).rate();
          return found == rate
              ? null
              : "column %s: a sound of %d Hz; expected %d Hz: resample it or set rate"
                  .formatted(column, found, rate);
        } catch (IllegalArgumentException e) {
          return "column " + column + ": " + e.getMessage();
        }
      }

      @Override
      public void encode(RawValues values, float[] to, int offset) {
        spectrum.write(WaveFile.read(values.bytes()).samples(), frames, to, offset);
      }
    };
  }
}
