package org.jsgid.tomcat;

import java.io.File;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jsgid.daemon.servlet.ContainerSettings;

/** Settings of a daemon that is not there. */
final class TestingSettings implements ContainerSettings {

    private final File workFolder;
    private int generation = 1;
    private int process = 2;
    private int processes = 1;
    private final List<String> lines = Collections.synchronizedList(new ArrayList<>());

    private final Map<String, String> servletOptions = new LinkedHashMap<>();

    TestingSettings(File workFolder) {
        this.workFolder = workFolder;
    }

    @Override
    public File workFolder() {
        return workFolder;
    }

    @Override
    public String group() {
        return "test";
    }

    @Override
    public int threads() {
        return 4;
    }

    @Override
    public boolean isMultiprocess() {
        return true;
    }

    /** These, and one setting more for the applications of the group. */
    TestingSettings with(String name, String value) {
        servletOptions.put(name, value);
        return this;
    }

    @Override
    public Map<String, String> servletOptions() {
        return servletOptions;
    }

    /** These, for a process of another number or generation of a group that has several. */
    TestingSettings of(int otherGeneration, int otherProcess) {
        generation = otherGeneration;
        process = otherProcess;
        processes = 3;
        return this;
    }

    @Override
    public int process() {
        return process;
    }

    @Override
    public int processes() {
        return processes;
    }

    @Override
    public int generation() {
        return generation;
    }

    @Override
    public File sharedFolder() {
        return new File(workFolder.getParentFile(), "shared");
    }

    @Override
    public void log(String line) {
        lines.add(line);
    }
}
