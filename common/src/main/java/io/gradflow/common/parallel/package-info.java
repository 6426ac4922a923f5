/**
 * Loops on several threads of one process: a caller and whatever helpers turn up share blocks of
 * work whose results do not depend on who did them. Used for what is long and flat (updates,
 * additions, copies of a network's parameters); knows nothing of what the blocks are.
 */
package io.gradflow.common.parallel;
