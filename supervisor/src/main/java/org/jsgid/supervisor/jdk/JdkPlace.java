package org.jsgid.supervisor.jdk;

import java.nio.file.Path;
import java.util.List;

/** A place where JDKs may be found. */
interface JdkPlace {
    /** Folders that may be homes of JDKs, in a fixed order; links are not resolved. */
    List<Path> candidates();
}
