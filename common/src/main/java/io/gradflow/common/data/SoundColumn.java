package io.gradflow.common.data;

import io.gradflow.common.array.Shape;
import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Kind;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A WAV file's {@link MelSpectrum}, [frames, bands] or [frames, coefficients]. What is longer is
 * cut, what is shorter followed by silence.
 *
 * @param column that holds the file's bytes
 * @param rate samples a second that the spectrum is made of
 * @param frame samples a frame
 * @param hop samples from frame to frame
 * @param frames of the result
 * @param bands of the mel scale
 * @param coefficients cepstral ones in place of the bands; 0 for none
 * @param resample whether files of another rate are brought to it by a {@link Resampler}, rather
 *     than refused
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
    @Default("0") int coefficients,
    @Default("false") boolean resample)
    implements ColumnEncoder {
  /** Tables that an encoder keeps; the largest take 32 MiB. */
  private static final int MAX_RESAMPLERS = 4;

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

  /** Files must have the rate. */
  public SoundColumn(
      String column, int rate, int frame, int hop, int frames, int bands, int coefficients) {
    this(column, rate, frame, hop, frames, bands, coefficients, false);
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
    int samples = (int) Math.min((frames - 1L) * hop + frame, Integer.MAX_VALUE);
    Map<Integer, Resampler> resamplers = new HashMap<>();
    return new Bound() {
      @Override
      public String problem(RawValues values) {
        try {
          int found = WaveFile.read(values.bytes()).rate();
          if (found == rate || (resample && Resampler.possible(found, rate))) {
            return null;
          }
          return resample
              ? "column %s: a sound of %d Hz cannot be resampled to %d Hz, whose ratio is too odd; expected a rate of a larger common divisor"
                  .formatted(column, found, rate)
              : "column %s: a sound of %d Hz; expected %d Hz: set resample: true, or rate"
                  .formatted(column, found, rate);
        } catch (IllegalArgumentException e) {
          return "column " + column + ": " + e.getMessage();
        }
      }

      @Override
      public void encode(RawValues values, float[] to, int offset) {
        WaveFile wave = WaveFile.read(values.bytes());
        double[] sound =
            wave.rate() == rate
                ? wave.samples()
                : resampler(wave.rate()).resample(wave.samples(), samples);
        spectrum.write(sound, frames, to, offset);
      }

      private Resampler resampler(int from) {
        if (resamplers.size() == MAX_RESAMPLERS && !resamplers.containsKey(from)) {
          resamplers.clear();
        }
        return resamplers.computeIfAbsent(from, key -> new Resampler(key, rate));
      }
    };
  }
}
