/** FastCGI 1.0, the daemon's side: codec and connections. Knows no application. */
package org.jsgid.daemon.fcgi;
