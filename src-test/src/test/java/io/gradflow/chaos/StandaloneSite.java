package io.gradflow.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A Spark master and two workers, processes of their own, for one application at a time. */
final class StandaloneSite implements Site {
  private static final long START_SECONDS = 60;

  /** Workers beat four times in it, and are given up after it. */
  private static final String WORKER_TIMEOUT = "-Dspark.worker.timeout=20";

  /** Where a process runs. */
  record Place(String host, List<String> before) {
    static final Place LOOPBACK = new Place("127.0.0.1", List.of());
  }

  private final String name;
  private final Path directory;
  private final Map<String, String> conf;
  private final Place driver;
  private final JavaProcess master;
  private final List<JavaProcess> workers = new ArrayList<>();
  private final String url;

  private StandaloneSite(
      String name, Path directory, Map<String, String> conf, Place driver, JavaProcess master)
      throws IOException, InterruptedException {
    this.name = name;
    this.directory = directory;
    this.conf = conf;
    this.driver = driver;
    this.master = master;
    master.awaitText("I have been elected leader", START_SECONDS);
    this.url = master.said().replaceAll("(?s).*Starting Spark master at (\\S+).*", "$1");
  }

  /** Starts master and workers, all on the loopback. */
  static StandaloneSite start(Path directory, Map<String, String> conf)
      throws IOException, InterruptedException {
    return start("standalone", directory, conf, Place.LOOPBACK, Place.LOOPBACK, Place.LOOPBACK);
  }

  /**
   * Starts master and workers.
   *
   * @param driver where the applications and the master run
   */
  static StandaloneSite start(
      String name,
      Path directory,
      Map<String, String> conf,
      Place driver,
      Place worker1,
      Place worker2)
      throws IOException, InterruptedException {
    Files.createDirectories(directory);
    JavaProcess master =
        JavaProcess.start(
            "master",
            driver.before(),
            directory,
            driver.host(),
            List.of(
                "-Xmx256m",
                WORKER_TIMEOUT,
                "-Dspark.master.rest.enabled=false",
                "org.apache.spark.deploy.master.Master",
                "--host",
                driver.host(),
                "--port",
                "0",
                "--webui-port",
                "0"));
    StandaloneSite site = null;
    try {
      site = new StandaloneSite(name, directory, conf, driver, master);
      site.addWorker(worker1);
      site.addWorker(worker2);
      for (JavaProcess worker : site.workers) {
        worker.awaitText("Successfully registered with master", START_SECONDS);
      }
      return site;
    } catch (IOException | RuntimeException | Error | InterruptedException e) {
      if (site == null) {
        master.close();
      } else {
        site.close();
      }
      throw e;
    }
  }

  private void addWorker(Place place) throws IOException {
    int number = workers.size() + 1;
    workers.add(
        JavaProcess.start(
            "worker-" + number,
            place.before(),
            directory,
            place.host(),
            List.of(
                "-Xmx256m",
                WORKER_TIMEOUT,
                "-Dspark.local.dir=" + directory.resolve("local"),
                "org.apache.spark.deploy.worker.Worker",
                "--host",
                place.host(),
                "--port",
                "0",
                "--webui-port",
                "0",
                "--cores",
                "1",
                "--memory",
                "600M",
                "--work-dir",
                directory.resolve("work-" + number).toString(),
                url)));
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public JavaProcess start(String file, List<String> settings, List<String> application)
      throws IOException, InterruptedException {
    // What an earlier application has left must not take this one's slots.
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
    while (!executors(master).isEmpty() && System.nanoTime() < end) {
      TimeUnit.MILLISECONDS.sleep(50);
    }
    return JavaProcess.start(
        file,
        driver.before(),
        directory,
        driver.host(),
        LocalSite.words(conf, url, driver.host(), directory, settings, application));
  }

  @Override
  public List<ProcessHandle> executors(JavaProcess application) {
    return workers.stream().flatMap(worker -> worker.children().stream()).toList();
  }

  @Override
  public void close() {
    workers.forEach(JavaProcess::close);
    master.close();
  }
}
