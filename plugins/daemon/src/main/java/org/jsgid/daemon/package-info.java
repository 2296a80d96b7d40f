/** The daemon: start, settings, admission of requests, draining. Knows the other packages; they do not know it. */
package org.jsgid.daemon;
