package io.gradflow.common.error;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RedactionTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "s3a://id:XX@bucket/a.csv                  | s3a://(redacted)@bucket/a.csv",
        "s3a://id:X@X@bucket/a.csv                 | s3a://(redacted)@bucket/a.csv",
        "s3a://id:X/X+X=@bucket/a.csv              | s3a://(redacted)@bucket/a.csv",
        "two, s3a://XX@b/c and ftp://XX:XX@d/e     | two, s3a://(redacted)@b/c and"
            + " ftp://(redacted)@d/e",
        "https://host/a?sig=XX&v=1                 | https://host/a?sig=(redacted)&v=1",
        "https://host/a?v=1&X-Amz-Credential=XX    |"
            + " https://host/a?v=1&X-Amz-Credential=(redacted)",
        "wasb://c@acc/x?sv=2&token=XX not found    | wasb://(redacted)@acc/x?sv=2&token=(redacted)"
            + " not found",
        "fs.s3a.secret.key=XX, fs.x=1              | fs.s3a.secret.key=(redacted), fs.x=1",
        "cannot log in (password='XX')             | cannot log in (password='(redacted)')",
        "AWS_SECRET_ACCESS_KEY=XX missing          | AWS_SECRET_ACCESS_KEY=(redacted) missing",
        "session.token=XX                          | session.token=(redacted)"
      })
  void text_secrets_takenOut(String text, String expected) {
    assertEquals(expected, Redaction.text(text));
    assertFalse(Redaction.text(text).contains("XX"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "hdfs://namenode:8020/data/me@work/rows.csv",
        "/data/rows.csv and mail to me@work",
        "data.train.options.password: unknown key",
        "maxTokens=5, tokens=3, bitsPerToken=1.5",
        "s3a://bucket/year=2020/part-0.parquet",
        "a = b; c=d"
      })
  void text_noSecrets_asItIs(String text) {
    assertEquals(text, Redaction.text(text));
  }

  @Test
  void redact_names_hideTextAndNothingElse() {
    Map<String, Object> values = new TreeMap<>();
    values.put("password", "XX");
    values.put("fs.azure.account.key.me", "XX");
    values.put("oauth", Map.of("credentials", List.of("XX", Map.of("any", "XX"))));
    values.put("token", "XX");
    values.put("tokenDropout", 0.5);
    values.put("tokens", Map.of("level", "word"));
    // A class of this name has a weight that bits depend on.
    values.put("classWeights", Map.of("secret", 2.0));
    assertEquals(
        "{classWeights={secret=2.0}, fs.azure.account.key.me=(redacted),"
            + " oauth={credentials=[(redacted), {any=(redacted)}]}, password=(redacted),"
            + " token=(redacted), tokenDropout=0.5, tokens={level=word}}",
        Redaction.redact(values).toString());
  }

  @Test
  void override_secretOrNot_valueHiddenOrShown() {
    assertEquals("a.password=(redacted)", Redaction.override("a.password=hunter2"));
    assertEquals(
        "-Dspark.hadoop.fs.s3a.access.key=(redacted)",
        Redaction.override("-Dspark.hadoop.fs.s3a.access.key=hunter2"));
    assertEquals("train.epochs=5", Redaction.override("train.epochs=5"));
  }

  @Test
  void trace_causesAndMessages_redacted() {
    IOException cause = new IOException("GET https://host/a?sig=hunter2");
    GradflowException thrown = new GradflowException(ExitCode.IO, "s3a://id:hunter2@b/c", cause);
    assertEquals("s3a://(redacted)@b/c", thrown.getMessage());
    String trace = Redaction.trace(thrown);
    assertFalse(trace.contains("hunter2"), trace);
    assertTrue(trace.contains("Caused by: java.io.IOException: GET https://host/a?sig=(r"), trace);
    assertTrue(trace.contains("RedactionTest.trace_causesAndMessages_redacted"), trace);
  }
}
