package io.gradflow.common.message;

/** The parts that a data set is split into. */
public enum Split {
  TRAIN,
  VALIDATION,
  TEST
}
