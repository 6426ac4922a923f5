package io.gradflow.driver.report;

import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** A line chart as inline SVG: axes with round ticks, a legend, no script. */
public final class SvgChart {
  private static final int WIDTH = 640;
  private static final int HEIGHT = 280;
  private static final int LEFT = 64;
  private static final int RIGHT = 12;
  private static final int TOP = 28;
  private static final int BOTTOM = 36;
  private static final int TICKS = 5;
  // Okabe and Ito's palette, told apart with any colour vision.
  private static final List<String> COLOURS =
      List.of("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000");

  private final String xLabel;
  private final List<Series> series;
  private final Range x;
  private final Range y;
  private final StringBuilder svg = new StringBuilder();

  /** From low to high in steps a person would choose. */
  private record Range(double low, double high, double step) {
    static Range of(List<Series> series, ToDoubleFunction<Series.Point> coordinate) {
      double low = Double.POSITIVE_INFINITY;
      double high = Double.NEGATIVE_INFINITY;
      for (Series one : series) {
        for (Series.Point point : one.points()) {
          low = Math.min(low, coordinate.applyAsDouble(point));
          high = Math.max(high, coordinate.applyAsDouble(point));
        }
      }
      if (low > high) {
        return new Range(0, 1, 0.5);
      }
      if (low == high) {
        double margin = low == 0 ? 1 : Math.abs(low) / 10;
        low -= margin;
        high += margin;
      }
      double step = roundStep((high - low) / TICKS);
      return new Range(Math.floor(low / step) * step, Math.ceil(high / step) * step, step);
    }

    private static double roundStep(double rough) {
      double power = Math.pow(10, Math.floor(Math.log10(rough)));
      double digit = rough / power;
      return power * (digit <= 1 ? 1 : digit <= 2 ? 2 : digit <= 5 ? 5 : 10);
    }

    int ticks() {
      return (int) Math.round((high - low) / step);
    }

    double fraction(double value) {
      return (value - low) / (high - low);
    }
  }

  private SvgChart(String xLabel, List<Series> series) {
    this.xLabel = xLabel;
    this.series =
        series.stream()
            .map(
                one ->
                    new Series(
                        one.name(),
                        one.points().stream().filter(p -> Double.isFinite(p.y())).toList()))
            .toList();
    this.x = Range.of(this.series, Series.Point::x);
    this.y = Range.of(this.series, Series.Point::y);
  }

  /** The chart as one {@code <svg>} element. */
  static String render(String title, String xLabel, List<Series> series) {
    SvgChart chart = new SvgChart(xLabel, series);
    chart.draw(title);
    return chart.svg.toString();
  }

  /** The chart as a file of its own. */
  public static String document(String title, String xLabel, List<Series> series) {
    return render(title, xLabel, series)
        .replaceFirst("<svg ", "<svg xmlns='http://www.w3.org/2000/svg' font-family='sans-serif' ");
  }

  private void draw(String title) {
    line(
        "<svg viewBox='0 0 %d %d' role='img' aria-label='%s' font-size='11'>",
        WIDTH, HEIGHT, Html.escape(title));
    line(
        "<text x='%d' y='16' font-size='13' font-weight='bold'>%s</text>",
        LEFT, Html.escape(title));
    drawAxes();
    for (int i = 0; i < series.size(); i++) {
      drawSeries(series.get(i), COLOURS.get(i % COLOURS.size()), i);
    }
    line("</svg>");
  }

  private void drawAxes() {
    for (int tick = 0; tick <= y.ticks(); tick++) {
      double value = y.low() + tick * y.step();
      double at = yPixel(value);
      line(
          "<path d='M%d %.1fH%d' stroke='#ddd'/><text x='%d' y='%.1f' text-anchor='end'>%s</text>",
          LEFT, at, WIDTH - RIGHT, LEFT - 6, at + 4, number(value));
    }
    for (int tick = 0; tick <= x.ticks(); tick++) {
      double value = x.low() + tick * x.step();
      line(
          "<text x='%.1f' y='%d' text-anchor='middle'>%s</text>",
          xPixel(value), HEIGHT - BOTTOM + 15, number(value));
    }
    line(
        "<text x='%d' y='%d' text-anchor='end'>%s</text>",
        WIDTH - RIGHT, HEIGHT - 6, Html.escape(xLabel));
  }

  private void drawSeries(Series one, String colour, int index) {
    StringBuilder points = new StringBuilder();
    for (Series.Point point : one.points()) {
      points.append(String.format(Locale.ROOT, "%.1f,%.1f ", xPixel(point.x()), yPixel(point.y())));
    }
    line(
        "<polyline fill='none' stroke='%s' stroke-width='1.5' points='%s'/>",
        colour, points.toString().strip());
    if (one.points().size() == 1) {
      Series.Point only = one.points().get(0);
      line(
          "<circle cx='%.1f' cy='%.1f' r='3' fill='%s'/>",
          xPixel(only.x()), yPixel(only.y()), colour);
    }
    line(
        "<text x='%d' y='%d' text-anchor='end' fill='%s'>%s</text>",
        WIDTH - RIGHT - 4, TOP + 12 + 14 * index, colour, Html.escape(one.name()));
  }

  private double xPixel(double value) {
    return LEFT + x.fraction(value) * (WIDTH - LEFT - RIGHT);
  }

  private double yPixel(double value) {
    return HEIGHT - BOTTOM - y.fraction(value) * (HEIGHT - TOP - BOTTOM);
  }

  private static String number(double value) {
    double magnitude = Math.abs(value);
    if (magnitude < 1e-12) {
      return "0";
    }
    return String.format(Locale.ROOT, magnitude >= 1e5 || magnitude < 1e-3 ? "%.1e" : "%.4g", value)
        .replaceAll("(\\.\\d*?)0+$", "$1")
        .replaceAll("\\.$", "");
  }

  private void line(String format, Object... arguments) {
    svg.append(String.format(Locale.ROOT, format, arguments)).append('\n');
  }
}
