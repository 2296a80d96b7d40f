import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;

/**
 * Adds up what the tests below a tree have reported: {@code java Summary.java TREE LOG [FAILED-STEP...]}. Surefire and
 * Failsafe leave XML; the C tests (Check) and the shell tests print a line with their counts into the build's log. Lists
 * what failed, what passed only when it was run once more, with its first failure, and what was skipped and why. A table says which
 * class of end-to-end tests ran on which JDK: reports below {@code target/jdk-8} are of a run for JDK 8, and of the others
 * the folder {@code target/served} has a file for each class, with the feature versions on which its groups ran; the last
 * line is "N passed, N failed". A failed step, something other than a test, counts as one failure. The exit status is 1
 * when anything failed, or nothing ran.
 */
public final class Summary {

    /** What reports call the failure of a class before or after its tests, which is no test. */
    private static final Map<String, String> AROUND_TESTS =
            Map.of("initializationError", "before its tests", "executionError", "after its tests");

    /** The column for classes that use several JDKs, or none, in one server. */
    private static final String SEVERAL = "several";

    private int passed;
    private final Map<String, Map<String, Counts>> table = new TreeMap<>();
    private final List<String> flaky = new ArrayList<>();
    private final List<String> failed = new ArrayList<>();
    private final List<String> skipped = new ArrayList<>();

    /** Of one class on one JDK. */
    private static final class Counts {
        int passed;
        int failed;
        int skipped;

        @Override
        public String toString() {
            return passed + (failed > 0 ? " " + failed + "F" : "") + (skipped > 0 ? " " + skipped + "S" : "");
        }
    }

    public static void main(String[] arguments) throws Exception {
        Summary summary = new Summary();
        summary.addReports(Path.of(arguments[0]));
        summary.addCounts(Path.of(arguments[1]));
        for (int i = 2; i < arguments.length; i++) {
            summary.failed.add("step: " + arguments[i]);
        }
        System.exit(summary.print() ? 0 : 1);
    }

    private void addReports(Path tree) throws Exception {
        List<Path> reports;
        try (Stream<Path> files = Files.walk(tree)) {
            reports = files.filter(file -> file.getFileName().toString().matches("TEST-.*\\.xml"))
                    .filter(file -> file.getParent().getFileName().toString().matches("(surefire|failsafe)-reports"))
                    .sorted()
                    .toList();
        }
        DocumentBuilder builder = DocumentBuilderFactory.newInstance().newDocumentBuilder();
        for (Path report : reports) {
            NodeList cases = builder.parse(report.toFile()).getElementsByTagName("testcase");
            String jdk = jdkOf(report);
            for (int i = 0; i < cases.getLength(); i++) {
                Element test = (Element) cases.item(i);
                Counts counts = new Counts();
                if (report.getParent().endsWith("failsafe-reports")) {
                    String name = test.getAttribute("classname");
                    String column = jdk.isEmpty() ? served(report, name) : jdk;
                    counts = table.computeIfAbsent(name.substring(name.lastIndexOf('.') + 1), any -> new TreeMap<>())
                            .computeIfAbsent(column, any -> counts());
                }
                add(test, jdk.isEmpty() ? "" : "on JDK " + jdk + ": ", counts);
            }
        }
    }

    private static Counts counts() {
        return new Counts();
    }

    /** The JDK that a report is for, when it is for one. */
    private static String jdkOf(Path report) {
        Matcher folder = Pattern.compile("/jdk-(\\d+)/").matcher(report.toString());
        return folder.find() ? folder.group(1) : "";
    }

    /** The JDK on which all groups of a class were. */
    private static String served(Path report, String test) throws IOException {
        Path file = report.getParent().resolveSibling("served").resolve(test);
        List<String> features = Files.exists(file)
                ? Files.readAllLines(file).stream().distinct().toList()
                : List.of();
        return features.size() == 1 ? features.get(0) : SEVERAL;
    }

    private void addCounts(Path log) throws Exception {
        Pattern check = Pattern.compile("\\d+%: Checks: (\\d+), Failures: (\\d+), Errors: (\\d+)");
        Pattern shell = Pattern.compile("(.*): (\\d+) checks, (\\d+) failures");
        String suite = "C tests";
        for (String line : Files.readString(log, StandardCharsets.ISO_8859_1).split("\n", -1)) {
            if (line.startsWith("Running suite(s): ")) {
                suite = line.substring("Running suite(s): ".length());
            }
            Matcher counts = check.matcher(line);
            if (counts.matches()) {
                addCount(suite, counts.group(1), Integer.parseInt(counts.group(2)) + Integer.parseInt(counts.group(3)));
            }
            counts = shell.matcher(line);
            if (counts.matches()) {
                addCount(counts.group(1), counts.group(2), Integer.parseInt(counts.group(3)));
            }
        }
    }

    private void addCount(String suite, String all, int failures) {
        passed += Integer.parseInt(all) - failures;
        for (int i = 0; i < failures; i++) {
            failed.add(suite + ": see the log");
        }
    }

    private void add(Element test, String where, Counts counts) {
        String method = test.getAttribute("name");
        String around = AROUND_TESTS.get(method);
        String name = where + test.getAttribute("classname") + (around == null ? "." + method : ", " + around);
        // Of a second try that failed too there is a rerunFailure or rerunError besides.
        Element failure = child(test, "failure", "error");
        Element first = child(test, "flakyFailure", "flakyError");
        Element skip = child(test, "skipped");
        if (failure != null) {
            failed.add(name + ": " + firstLine(failure));
            counts.failed++;
        } else if (skip != null) {
            skipped.add(name + ": " + firstLine(skip));
            counts.skipped++;
        } else {
            passed += around == null ? 1 : 0;
            counts.passed += around == null ? 1 : 0;
            if (first != null) {
                flaky.add(name + ": " + firstLine(first));
            }
        }
    }

    private static Element child(Element parent, String... names) {
        for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (List.of(names).contains(node.getNodeName())) {
                return (Element) node;
            }
        }
        return null;
    }

    /** What there is to say in at most two lines. */
    private static String firstLine(Element element) {
        String text = element.getAttribute("message").isEmpty()
                ? element.getTextContent()
                : element.getAttribute("message");
        String said = text.lines().filter(line -> !line.isBlank()).limit(2).collect(Collectors.joining(" | "));
        return said.isEmpty() ? "no reason given" : said.length() > 300 ? said.substring(0, 300) + " ..." : said;
    }

    private void printTable() {
        List<String> columns = new ArrayList<>(table.values().stream()
                .flatMap(row -> row.keySet().stream())
                .distinct()
                .filter(column -> !column.equals(SEVERAL))
                .sorted(Comparator.comparingInt(Integer::parseInt))
                .toList());
        columns.add(SEVERAL);
        int width = table.keySet().stream().mapToInt(String::length).max().orElse(0);
        System.out.println("End-to-end tests by class and JDK (passed, F: failed, S: skipped; \"" + SEVERAL
                + "\": groups on several JDKs in one server, or no group):");
        System.out.println(row(width, "", columns));
        table.forEach((test, counts) -> System.out.println(row(
                width,
                test,
                columns.stream()
                        .map(column -> counts.containsKey(column) ? counts.get(column).toString() : "")
                        .toList())));
    }

    private static String row(int width, String test, List<String> cells) {
        String format = "  %-" + width + "s" + "%9s".repeat(cells.size());
        return String.format(
                format, Stream.concat(Stream.of(test), cells.stream()).toArray());
    }

    private boolean print() {
        if (!table.isEmpty()) {
            printTable();
        }
        if (!skipped.isEmpty()) {
            System.out.println(skipped.size() + " skipped:");
            skipped.forEach(line -> System.out.println("  " + line));
        }
        if (!flaky.isEmpty()) {
            System.out.println(flaky.size() + " passed only at the second try:");
            flaky.forEach(line -> System.out.println("  flaky: " + line));
        }
        if (!failed.isEmpty()) {
            System.out.println(failed.size() + " failed:");
            failed.forEach(line -> System.out.println("  " + line));
        }
        System.out.println(passed + " passed, " + failed.size() + " failed");
        return failed.isEmpty() && passed > 0;
    }
}
