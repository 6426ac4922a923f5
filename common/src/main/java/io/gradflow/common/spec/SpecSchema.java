package io.gradflow.common.spec;

import java.util.Map;

/** The JSON schema of a spec record. */
public final class SpecSchema {
  private SpecSchema() {}

  /**
   * The schema (draft 2020-12) as plain values. It accepts every document that {@link SpecReader}
   * reads; what constructors check is not in it.
   */
  public static Map<String, Object> of(Class<?> type) {
    return new SchemaBuilder().document(type);
  }
}
