/** What tests share: sessions, seeded properties, oracles. */
package io.gradflow.testkit;
