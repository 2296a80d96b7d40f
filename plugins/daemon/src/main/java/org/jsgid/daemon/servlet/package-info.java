/** What a servlet container implements to be driven by the daemon. */
package org.jsgid.daemon.servlet;
