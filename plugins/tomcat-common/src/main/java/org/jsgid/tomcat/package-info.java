/**
 * Embedded Tomcat under the daemon's FastCGI connection: no port, no socket of its own. This package is one shared
 * source folder that is compiled against Tomcat 9.0, 10.1 and 11.0; the few classes that name the Servlet API or what
 * differs between the branches ({@code JsgidProcessor}, {@code MountValve}) are in the three modules.
 */
package org.jsgid.tomcat;
