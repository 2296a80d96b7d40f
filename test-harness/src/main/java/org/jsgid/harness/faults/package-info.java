/**
 * Fault injection: constant load on a server while a seeded sequence of faults runs, and a judgement of every request.
 * {@code test-harness/faults/README.md} says what is injected and what is judged.
 */
package org.jsgid.harness.faults;
