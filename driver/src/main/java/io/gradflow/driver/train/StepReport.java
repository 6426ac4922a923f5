package io.gradflow.driver.train;

/**
 * One step, as listeners see it.
 *
 * @param step steps of the run, this one included: 1 after the first
 * @param epoch the epoch it belongs to, from 1
 * @param stepInEpoch from 1
 * @param stepsInEpoch steps that an epoch has
 * @param rows rows that contributed
 * @param weightSum sum of their example weights; 0 means that nothing was updated
 * @param meanLoss mean training loss of the step, NaN if weightSum is 0
 * @param learningRate that the step was taken with
 * @param gradientNorm global norm of the mean gradient before clipping
 * @param tasks tasks that computed it
 * @param timings where the time went
 */
public record StepReport(
    long step,
    int epoch,
    int stepInEpoch,
    int stepsInEpoch,
    long rows,
    double weightSum,
    double meanLoss,
    double learningRate,
    double gradientNorm,
    int tasks,
    StepTimings timings) {}
