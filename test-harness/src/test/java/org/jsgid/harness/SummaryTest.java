package org.jsgid.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jsgid.harness.RunningProcess.Completed;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code test.sh} counts at its end. */
class SummaryTest {

    /** Surefire says where the module is. */
    private static final Path SUMMARY = Path.of(System.getProperty("basedir")).resolve("lib/Summary.java");

    /** Above the lines of classes, when there were end-to-end tests. */
    private static final String TABLE =
            "End-to-end tests by class and JDK (passed, F: failed, S: skipped; \"several\": groups"
                    + " on several JDKs in one server, or no group):";

    @TempDir
    Path tree;

    private Path log;

    @BeforeEach
    void emptyLog() throws IOException {
        log = Files.writeString(tree.resolve("build.log"), "[INFO] nothing of interest\n");
    }

    /** A report as Surefire and Failsafe write it. */
    private void report(String folder, String cases) throws IOException {
        Path reports = Files.createDirectories(tree.resolve("module/target").resolve(folder));
        Files.writeString(
                reports.resolve("TEST-org.it.AIT.xml"),
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuite name=\"org.it.AIT\">" + cases
                        + "</testsuite>\n");
    }

    private static String test(String name, String content) {
        return "<testcase name=\"" + name + "\" classname=\"org.it.AIT\" time=\"0.1\">" + content + "</testcase>\n";
    }

    private Completed summary(String... failedSteps) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                SUMMARY.toString(),
                tree.toString(),
                log.toString()));
        command.addAll(List.of(failedSteps));
        return RunningProcess.run(command);
    }

    @Test
    void whatPassesAtTheSecondTryCountsAsPassedAndIsListedWithItsFirstFailure() throws IOException {
        report(
                "failsafe-reports",
                test("good", "")
                        + test(
                                "late",
                                "<flakyFailure message=\"expected: 200&#10; but was: 500\" type=\"E\"><stackTrace>at A"
                                        + "</stackTrace></flakyFailure>")
                        + test("threw", "<flakyError message=\"boo\" type=\"E\"/>"));

        Completed summary = summary();

        assertThat(summary.status()).isZero();
        assertThat(summary.output().lines())
                .containsExactly(
                        TABLE,
                        "       several",
                        "  AIT        3",
                        "2 passed only at the second try:",
                        "  flaky: org.it.AIT.late: expected: 200 |  but was: 500",
                        "  flaky: org.it.AIT.threw: boo",
                        "3 passed, 0 failed");
    }

    @Test
    void whatFailsTwiceIsOneFailure() throws IOException {
        report(
                "failsafe-reports",
                test("good", "")
                        + test(
                                "bad",
                                "<failure message=\"the first\" type=\"E\">trace</failure>"
                                        + "<rerunFailure message=\"the second\" type=\"E\"/>")
                        + test(
                                "worse",
                                "<error message=\"boo\" type=\"E\">trace</error><rerunError message=\"boo\" type=\"E\"/>"));

        Completed summary = summary();

        assertThat(summary.status()).isEqualTo(1);
        assertThat(summary.output().lines())
                .containsExactly(
                        TABLE,
                        "       several",
                        "  AIT     1 2F",
                        "2 failed:",
                        "  org.it.AIT.bad: the first",
                        "  org.it.AIT.worse: boo",
                        "1 passed, 2 failed");
    }

    @Test
    void aClassThatFailsBeforeOrAfterItsTestsIsNoTestThatPasses() throws IOException {
        report(
                "failsafe-reports",
                test("initializationError", "<flakyError message=\"no server\" type=\"E\"/>")
                        + test("good", "")
                        + test("executionError", "<error message=\"a process is left\" type=\"E\">trace</error>"));

        Completed summary = summary();

        assertThat(summary.status()).isEqualTo(1);
        assertThat(summary.output().lines())
                .containsExactly(
                        TABLE,
                        "       several",
                        "  AIT     1 1F",
                        "1 passed only at the second try:",
                        "  flaky: org.it.AIT, before its tests: no server",
                        "1 failed:",
                        "  org.it.AIT, after its tests: a process is left",
                        "1 passed, 1 failed");
    }

    @Test
    void theTableSaysWhichClassRanOnWhichJdk() throws IOException {
        report("jdk-8/failsafe-reports", test("good", "") + test("absent", "<skipped message=\"needs 17\"/>"));
        report("failsafe-reports", test("good", "") + test("absent", ""));
        Path served = Files.createDirectories(tree.resolve("module/target/served"));
        Files.writeString(served.resolve("org.it.AIT"), "17\n17\n");

        Completed summary = summary();

        assertThat(summary.status()).isZero();
        assertThat(summary.output().lines())
                .containsExactly(
                        TABLE,
                        "             8       17  several",
                        "  AIT     1 1S        2         ",
                        "1 skipped:",
                        "  on JDK 8: org.it.AIT.absent: needs 17",
                        "3 passed, 0 failed");
    }

    @Test
    void testsInCAndShellSkippedOnesAndFailedStepsAreCountedToo() throws IOException {
        report(
                "surefire-reports",
                test("good", "") + test("absent", "<skipped message=\"needs JDK 8\"/>") + test("other", ""));
        Files.writeString(
                log, "Running suite(s): fcgi\n97%: Checks: 40, Failures: 1, Errors: 0\nhooks: 12 checks, 2 failures\n");

        Completed summary = summary("Java sources: format");

        assertThat(summary.status()).isEqualTo(1);
        assertThat(summary.output().lines())
                .containsExactly(
                        "1 skipped:",
                        "  org.it.AIT.absent: needs JDK 8",
                        "4 failed:",
                        "  fcgi: see the log",
                        "  hooks: see the log",
                        "  hooks: see the log",
                        "  step: Java sources: format",
                        "51 passed, 4 failed");
    }

    @Test
    void nothingThatRanIsAFailure() {
        Completed summary = summary();

        assertThat(summary.status()).isEqualTo(1);
        assertThat(summary.output().lines()).containsExactly("0 passed, 0 failed");
    }
}
