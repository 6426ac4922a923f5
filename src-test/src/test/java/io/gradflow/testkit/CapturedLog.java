package io.gradflow.testkit;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.LoggerConfig;
import org.apache.logging.log4j.core.config.Property;
import org.apache.logging.log4j.core.layout.PatternLayout;

/**
 * What is logged until this is closed, stack traces and all: Gradflow's own words at every level,
 * those of all others from WARN on.
 */
public final class CapturedLog implements AutoCloseable {
  private static final String OWN = "io.gradflow";

  private final LoggerContext context = (LoggerContext) LogManager.getContext(false);
  private final LoggerConfig root = context.getConfiguration().getRootLogger();
  private final Level before = root.getLevel();
  private final List<String> lines = new CopyOnWriteArrayList<>();
  private final Collector collector = new Collector(lines);

  private CapturedLog() {
    collector.start();
    root.setLevel(Level.WARN);
    root.addAppender(collector, Level.WARN, null);
    LoggerConfig own = new LoggerConfig(OWN, Level.DEBUG, false);
    own.addAppender(collector, Level.DEBUG, null);
    context.getConfiguration().addLogger(OWN, own);
    context.updateLoggers();
  }

  /** From now on. */
  public static CapturedLog begin() {
    return new CapturedLog();
  }

  /** All of it so far. */
  public String text() {
    return String.join("", lines);
  }

  @Override
  public void close() {
    root.removeAppender(collector.getName());
    root.setLevel(before);
    context.getConfiguration().removeLogger(OWN);
    context.updateLoggers();
    collector.stop();
  }

  private static final class Collector extends AbstractAppender {
    private final List<String> lines;

    Collector(List<String> lines) {
      super(
          "captured",
          null,
          PatternLayout.newBuilder().withPattern("%p %c: %m%n%xEx").build(),
          false,
          Property.EMPTY_ARRAY);
      this.lines = lines;
    }

    @Override
    public void append(LogEvent event) {
      lines.add(getLayout().toSerializable(event).toString());
    }
  }
}
