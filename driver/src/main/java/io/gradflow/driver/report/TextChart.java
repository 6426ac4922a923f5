package io.gradflow.driver.report;

import java.util.Arrays;
import java.util.Locale;

/** A curve in characters, for terminals. */
public final class TextChart {
  private static final int WIDTH = 64;
  private static final int HEIGHT = 14;

  private TextChart() {}

  /** Points whose y is not finite are left out. */
  public static String render(String title, String xLabel, Series series) {
    double left = Double.POSITIVE_INFINITY;
    double right = Double.NEGATIVE_INFINITY;
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    for (Series.Point point : series.points()) {
      if (Double.isFinite(point.y())) {
        left = Math.min(left, point.x());
        right = Math.max(right, point.x());
        low = Math.min(low, point.y());
        high = Math.max(high, point.y());
      }
    }
    if (left > right) {
      return title + ": no points\n";
    }
    char[][] canvas = new char[HEIGHT][WIDTH];
    for (char[] row : canvas) {
      Arrays.fill(row, ' ');
    }
    for (Series.Point point : series.points()) {
      if (Double.isFinite(point.y())) {
        int column = place(point.x(), left, right, WIDTH);
        int row = HEIGHT - 1 - place(point.y(), low, high, HEIGHT);
        canvas[row][column] = '*';
      }
    }
    StringBuilder text = new StringBuilder(title).append('\n');
    for (int row = 0; row < HEIGHT; row++) {
      String label = row == 0 ? number(high) : row == HEIGHT - 1 ? number(low) : "";
      text.append(String.format(Locale.ROOT, "%10s |", label))
          .append(new String(canvas[row]).stripTrailing())
          .append('\n');
    }
    String from = number(left);
    String to = number(right);
    int gap = Math.max(1, WIDTH - from.length() - to.length());
    text.append(" ".repeat(11)).append('+').append("-".repeat(WIDTH)).append('\n');
    text.append(" ".repeat(12)).append(from).append(" ".repeat(gap)).append(to);
    return text.append("  ").append(xLabel).append('\n').toString();
  }

  private static int place(double value, double low, double high, int cells) {
    return high > low ? (int) Math.round((value - low) / (high - low) * (cells - 1)) : 0;
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.4g", value);
  }
}
