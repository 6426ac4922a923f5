package io.gradflow.chaos;

import io.gradflow.testkit.LocalCluster;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Spark's {@code local-cluster}, or a local master: the cluster comes and goes with each run. */
final class LocalSite implements Site {
  private static final String LOCALHOST = "127.0.0.1";

  private final Path directory;
  private final Map<String, String> conf;
  private final String master;

  /**
   * @param directory for all files
   * @param conf as {@link LocalCluster#settings}
   * @param master e.g. {@code local-cluster[2,1,1024]}
   */
  LocalSite(Path directory, Map<String, String> conf, String master) {
    this.directory = directory;
    this.conf = conf;
    this.master = master;
  }

  @Override
  public String name() {
    return master;
  }

  @Override
  public JavaProcess start(String name, List<String> settings, List<String> application)
      throws IOException {
    return JavaProcess.start(
        name,
        List.of(),
        directory,
        LOCALHOST,
        words(conf, master, LOCALHOST, directory, settings, application));
  }

  /** What follows {@code java} to run an application. */
  static List<String> words(
      Map<String, String> conf,
      String master,
      String host,
      Path directory,
      List<String> settings,
      List<String> application) {
    List<String> words = new ArrayList<>(List.of("-Xmx512m"));
    words.add("-Djava.io.tmpdir=" + directory);
    conf.forEach((key, value) -> words.add("-D" + key + "=" + value));
    words.add("-Dspark.master=" + master);
    words.add("-Dspark.log.level=WARN");
    words.add("-Dspark.driver.host=" + host);
    words.add("-Dspark.driver.bindAddress=" + host);
    words.add("-Dspark.local.dir=" + directory.resolve("local"));
    words.add("-Dspark.executor.extraJavaOptions=" + JavaProcess.LEAN);
    settings.forEach(setting -> words.add("-D" + setting));
    words.addAll(application);
    return words;
  }

  @Override
  public List<ProcessHandle> executors(JavaProcess application) {
    return application.children();
  }

  @Override
  public void close() {}
}
