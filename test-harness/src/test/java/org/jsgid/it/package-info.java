/** End-to-end tests: each class is one server and what it must do, tagged with the ids of the requirements. */
package org.jsgid.it;
