/** JSGI applications: how they are found in a file, and how an exchange becomes a request and a response. */
package org.jsgid.daemon.jsgi;
