/** How the supervisor writes messages for administrators. Uses Logback; knows nothing of groups or daemons. */
package org.jsgid.supervisor.log;
