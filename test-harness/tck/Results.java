import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/**
 * Judges a run of the TCK: {@code java Results.java REPORTS RESULTS EXPECTED all|SOME}. Writes what became of each test to
 * RESULTS, one a line, and prints what did not pass. The exit status is 1 when a test is lost that EXPECTED does not name, or
 * when a run of all has fewer tests than the TCK has.
 */
public final class Results {

    /** Tests of the TCK 6.1.2 without its two classes that need client certificates. */
    private static final int ALL = 1714;

    public static void main(String[] arguments) throws Exception {
        Map<String, String> results = read(Path.of(arguments[0]));
        List<String> lines = new ArrayList<>();
        results.forEach((test, result) -> lines.add(test + "\t" + result));
        Files.write(Path.of(arguments[1]), lines);
        Map<String, String> expected = new HashMap<>();
        for (String line : Files.readAllLines(Path.of(arguments[2]))) {
            String[] parts = line.split("\t", 2);
            if (parts.length == 2 && !line.startsWith("#")) {
                expected.put(parts[0], parts[1]);
            }
        }
        int passed = 0;
        int lost = 0;
        for (Map.Entry<String, String> result : results.entrySet()) {
            String reason = expected.get(result.getKey());
            if (result.getValue().equals("passed")) {
                passed++;
            } else if (reason != null) {
                System.out.println("expected: " + result.getKey() + ": " + reason);
            } else {
                lost++;
                System.out.println("LOST: " + result.getKey() + ": " + result.getValue());
            }
        }
        System.out.println(passed + " of " + results.size() + " tests passed, " + lost + " lost");
        boolean incomplete = arguments[3].equals("all") && results.size() < ALL;
        if (incomplete) {
            System.out.println("The TCK has " + ALL + " tests; some were not run");
        }
        System.exit(lost > 0 || incomplete || passed == 0 ? 1 : 0);
    }

    private static Map<String, String> read(Path folder) throws Exception {
        List<Path> reports;
        try (Stream<Path> files = Files.list(folder)) {
            reports = files.filter(file -> file.getFileName().toString().matches("TEST-.*\\.xml"))
                    .toList();
        }
        Map<String, String> results = new TreeMap<>();
        DocumentBuilder builder = DocumentBuilderFactory.newInstance().newDocumentBuilder();
        for (Path report : reports) {
            NodeList cases = builder.parse(report.toFile()).getElementsByTagName("testcase");
            for (int i = 0; i < cases.getLength(); i++) {
                Element test = (Element) cases.item(i);
                String name = test.getAttribute("name");
                // A class whose applications cannot be deployed is reported as a test without a name.
                results.put(
                        test.getAttribute("classname") + "." + (name.isEmpty() ? "(class)" : name), result(test));
            }
        }
        return results;
    }

    private static String result(Element test) {
        for (String kind : new String[] {"failure", "error", "skipped"}) {
            NodeList found = test.getElementsByTagName(kind);
            if (found.getLength() > 0) {
                String message = ((Element) found.item(0)).getAttribute("message");
                return kind + " " + message.lines().findFirst().orElse("");
            }
        }
        return "passed";
    }
}
