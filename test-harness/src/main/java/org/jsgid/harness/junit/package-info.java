/** JUnit annotations and extensions of the harness. */
package org.jsgid.harness.junit;
