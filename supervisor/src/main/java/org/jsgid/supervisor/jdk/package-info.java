/**
 * The registry of JDKs: profile files, the JDKs found on this machine, and which profile a runtime selects.
 *
 * <p>Reads files and folders only: no process is started here, and {@code java -version} is never run. Knows nothing of
 * monitors or commands. The format of profiles is {@code jdk-profiles/FORMAT.md}.
 */
package org.jsgid.supervisor.jdk;
