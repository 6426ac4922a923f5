package io.gradflow.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.anyElementThat;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaFieldAccess;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.BaseStream;

/** The arrows and bans of the design, each with a piece of code that breaks it. */
final class ArchitectureRules {
  private static final String[] SPARK = {"org.apache.spark..", "org.apache.hadoop..", "scala.."};
  private static final String[] FILES = {"java.nio.file..", "org.apache.hadoop.fs.."};

  /** Spark's transport, private to Spark by intent: known to one class a side. */
  private static final DescribedPredicate<JavaClass> SPARK_TRANSPORT =
      resideInAnyPackage("org.apache.spark.rpc..", "org.apache.spark.network..")
          .or(nameMatching("org\\.apache\\.spark\\.util\\.RpcUtils.*"))
          .as("Spark's RPC and block transfer");

  /** The block manager may be asked where it is, and nothing else. */
  private static final DescribedPredicate<JavaCall<?>> BLOCK_CALLS =
      target(owner(nameMatching("org\\.apache\\.spark\\.storage\\.BlockManager")))
          .and(not(target(nameMatching("blockManagerId"))));

  private static final DescribedPredicate<JavaFieldAccess> INEXACT_LANES =
      DescribedPredicate.describe(
          "lanes by functions that IEEE 754 does not fix",
          access ->
              access.getTargetOwner().getName().equals("jdk.incubator.vector.VectorOperators")
                  && access
                      .getName()
                      .matches(
                          "SIN|COS|TAN|ASIN|ACOS|ATAN|ATAN2|SINH|COSH|TANH|EXP|EXPM1|"
                              + "LOG|LOG1P|LOG10|POW|CBRT|HYPOT"));

  private static final DescribedPredicate<JavaClass> VECTOR =
      assignableTo("jdk.incubator.vector.Vector")
          .or(assignableTo("jdk.incubator.vector.VectorMask"))
          .as("a vector");

  private static final DescribedPredicate<JavaCall<?>> CONSTANT_IN_A_METHOD =
      target(nameMatching("constant"))
          .and(target(owner(nameMatching(".*\\.vector\\.Lanes"))))
          .and(
              DescribedPredicate.describe(
                  "outside of static initializers",
                  call -> !call.getOrigin().getName().equals("<clinit>")));

  /** A main method is a command line of its own, e.g. a generator of documentation. */
  private static final DescribedPredicate<JavaFieldAccess> PRINTING =
      DescribedPredicate.describe(
          "System.out outside of main methods",
          access ->
              access.getTargetOwner().isEquivalentTo(System.class)
                  && access.getName().equals("out")
                  && !access.getOrigin().getName().equals("main"));

  /**
   * A rule and proof that it can fail.
   *
   * @param sources Java files, each starting with its package declaration, that together break it
   */
  record Rule(String name, ArchRule rule, List<String> sources) {}

  private ArchitectureRules() {}

  static List<Rule> all() {
    return List.of(
        rule(
            "common knows neither worker nor driver",
            mustNotKnow("io.gradflow.common..", "io.gradflow.worker..", "io.gradflow.driver.."),
            "package io.gradflow.driver.x; public class A {}",
            "package io.gradflow.common.x; class B { io.gradflow.driver.x.A a; }"),
        rule(
            "worker knows no driver",
            mustNotKnow("io.gradflow.worker..", "io.gradflow.driver.."),
            "package io.gradflow.driver.x; public class A {}",
            "package io.gradflow.worker.x; class B { io.gradflow.driver.x.A a; }"),
        rule(
            "common knows Spark in its serializers only",
            noClasses()
                .that(
                    resideInAPackage("io.gradflow.common..")
                        .and(not(resideInAPackage("io.gradflow.common.serial.."))))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(SPARK),
            "package io.gradflow.common.data; class B { org.apache.spark.SparkConf conf; }"),
        rule(
            "common.array knows no layers, losses or data",
            mustNotKnow(
                "io.gradflow.common.array..",
                "io.gradflow.common.nn..",
                "io.gradflow.common.loss..",
                "io.gradflow.common.data..",
                "io.gradflow.common.metric.."),
            "package io.gradflow.common.nn; public class A {}",
            "package io.gradflow.common.array; class B { io.gradflow.common.nn.A a; }"),
        rule(
            "common.nn and common.loss know no files",
            noClasses()
                .that()
                .resideInAnyPackage("io.gradflow.common.nn..", "io.gradflow.common.loss..")
                .should()
                .dependOnClassesThat(
                    resideInAnyPackage(FILES).or(nameMatching("java\\.io\\..*(File|Stream).*"))),
            "package io.gradflow.common.nn; class B { java.nio.file.Path path; }"),
        rule(
            "common.message knows no networks",
            mustNotKnow("io.gradflow.common.message..", "io.gradflow.common.nn.."),
            "package io.gradflow.common.nn; public class A {}",
            "package io.gradflow.common.message; class B { io.gradflow.common.nn.A a; }"),
        rule(
            "worker.shard and worker.channel know no networks",
            noClasses()
                .that()
                .resideInAnyPackage("io.gradflow.worker.shard..", "io.gradflow.worker.channel..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.gradflow.common.nn.."),
            "package io.gradflow.common.nn; public class A {}",
            "package io.gradflow.worker.shard; class B { io.gradflow.common.nn.A a; }"),
        rule(
            "worker.replica knows neither RDDs nor files",
            noClasses()
                .that()
                .resideInAPackage("io.gradflow.worker.replica..")
                .should()
                .dependOnClassesThat(
                    resideInAPackage("org.apache.spark.rdd..").or(resideInAnyPackage(FILES))),
            "package io.gradflow.worker.replica; class B { org.apache.spark.rdd.RDD<String> rdd;"
                + " }"),
        rule(
            "driver.job and driver.optim know no Spark",
            noClasses()
                .that()
                .resideInAnyPackage("io.gradflow.driver.job..", "io.gradflow.driver.optim..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(SPARK),
            "package io.gradflow.driver.optim; class B { org.apache.spark.SparkConf conf; }"),
        rule(
            "driver.data and driver.reduce know no networks",
            noClasses()
                .that()
                .resideInAnyPackage("io.gradflow.driver.data..", "io.gradflow.driver.reduce..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.gradflow.common.nn.."),
            "package io.gradflow.common.nn; public class A {}",
            "package io.gradflow.driver.data; class B { io.gradflow.common.nn.A a; }"),
        rule(
            "driver.train and driver.step know no formats",
            noClasses()
                .that()
                .resideInAnyPackage("io.gradflow.driver.train..", "io.gradflow.driver.step..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.gradflow.common.model..", "io.gradflow.driver.report.."),
            "package io.gradflow.driver.report; public class A {}",
            "package io.gradflow.driver.train; class B { io.gradflow.driver.report.A a; }"),
        rule(
            "only the entry point knows the command line",
            noClasses()
                .that()
                .resideOutsideOfPackage("io.gradflow.driver.cli..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("picocli..", "io.gradflow.driver.cli.."),
            "package io.gradflow.driver.train; class B { picocli.CommandLine line; }"),
        rule(
            "no Breeze, no MLlib",
            noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                    "breeze..", "org.apache.spark.mllib..", "org.apache.spark.ml.."),
            "package org.apache.spark.mllib; public class A {}",
            "package io.gradflow.driver.x; class B { org.apache.spark.mllib.A a; }"),
        rule(
            "Spark's transport is known to one channel class a side",
            noClasses()
                .that(
                    not(
                        nameMatching(
                            "io\\.gradflow\\.(worker\\.channel|driver\\.step)\\.Spark\\w+(\\$.*)?")))
                .should()
                .dependOnClassesThat(SPARK_TRANSPORT)
                .orShould()
                .callMethodWhere(BLOCK_CALLS),
            "package io.gradflow.worker.task; class B { org.apache.spark.rpc.RpcEnv env; }"),
        rule(
            "the Vector API is used in packages named vector only",
            noClasses()
                .that()
                .resideOutsideOfPackage("..vector")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("jdk.incubator.vector.."),
            "package io.gradflow.common.array; class B { jdk.incubator.vector.FloatVector v; }"),
        rule(
            "packages named vector know the JDK only",
            classes()
                .that()
                .resideInAPackage("io.gradflow..vector")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("java..", "jdk.incubator.vector..", "io.gradflow..vector"),
            "package io.gradflow.common.array; public class A {}",
            "package io.gradflow.common.array.vector; class B { io.gradflow.common.array.A a; }"),
        rule(
            "no vector crosses a method of ours, where it could be boxed",
            noMethods()
                .that()
                .areDeclaredInClassesThat()
                .resideInAPackage("io.gradflow..vector")
                .and()
                .doNotHaveName("constant")
                .should()
                .haveRawReturnType(VECTOR)
                .orShould()
                .haveRawParameterTypes(anyElementThat(VECTOR)),
            "package io.gradflow.common.array.vector; class B {"
                + " void b(jdk.incubator.vector.FloatVector v) { } }"),
        rule(
            "constant vectors are made in static initializers",
            noClasses().should().callMethodWhere(CONSTANT_IN_A_METHOD),
            "package io.gradflow.common.array.vector; class Lanes { static Object constant(int v) {"
                + " return v; } }",
            "package io.gradflow.common.array.vector; class B { Object b() {"
                + " return Lanes.constant(1); } }"),
        rule(
            "no vector operation whose bits depend on the compiler",
            noClasses().should().accessFieldWhere(INEXACT_LANES),
            "package io.gradflow.common.array.vector; class B {"
                + " Object op = jdk.incubator.vector.VectorOperators.EXP; }"),
        rule(
            "no libm function whose bits depend on the machine where results are computed",
            noClasses()
                .that()
                .resideInAnyPackage(
                    "io.gradflow.common..",
                    "io.gradflow.worker..",
                    "io.gradflow.driver.optim..",
                    "io.gradflow.driver.step..",
                    "io.gradflow.driver.train..")
                .should()
                .callMethodWhere(
                    target(owner(assignableTo(Math.class)))
                        .and(
                            target(
                                nameMatching(
                                    "(sin|cos|tan|asin|acos|atan|atan2|sinh|cosh|tanh|exp|expm1|"
                                        + "log|log1p|log10|pow|cbrt|hypot|random)")))),
            "package io.gradflow.common.loss; class B { double b = Math.exp(System.nanoTime()); }"),
        rule(
            "no randomness outside the counter-based generator",
            noClasses()
                .should()
                .dependOnClassesThat(
                    assignableTo(Random.class)
                        .or(assignableTo(ThreadLocalRandom.class))
                        .or(assignableTo(SplittableRandom.class))
                        .as("unkeyed random generators")),
            "package io.gradflow.driver.x; class B { int b = new java.util.Random(1).nextInt(); }"),
        rule(
            "no parallel streams",
            noClasses()
                .should()
                .callMethodWhere(
                    target(nameMatching("parallelStream"))
                        .or(
                            target(nameMatching("parallel"))
                                .and(target(owner(assignableTo(BaseStream.class)))))),
            "package io.gradflow.driver.x; class B { Object b ="
                + " java.util.List.of().parallelStream(); }"),
        rule(
            "stdout and the exit belong to the command line",
            noClasses()
                .that()
                .resideOutsideOfPackage("io.gradflow.driver.cli..")
                .should()
                .accessFieldWhere(PRINTING)
                .orShould()
                .callMethod(System.class, "exit", int.class),
            "package io.gradflow.driver.x; class B { void b() { System.out.println(); } }"),
        rule(
            "packages are free of cycles",
            slices().matching("io.gradflow.(*.*)..").should().beFreeOfCycles(),
            "package io.gradflow.common.x; public class A { io.gradflow.common.y.B b; }",
            "package io.gradflow.common.y; public class B { io.gradflow.common.x.A a; }"));
  }

  private static ArchRule mustNotKnow(String packages, String... unknown) {
    return noClasses()
        .that()
        .resideInAPackage(packages)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(unknown);
  }

  private static Rule rule(String name, ArchRule rule, String... sources) {
    // Some packages are still to come; that a rule can fail is shown by its sources instead.
    return new Rule(name, rule.allowEmptyShould(true).as(name), List.of(sources));
  }
}
