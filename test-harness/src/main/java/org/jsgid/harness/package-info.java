/**
 * Drives a real Apache httpd with jsgid from tests: one private server root per test class, and afterwards nothing is
 * left. Knows the image ({@code target/jsgid}), the formats of CONTROL.md and HTTP; shares no code with the product,
 * so that a mistake there cannot hide itself here.
 */
package org.jsgid.harness;
