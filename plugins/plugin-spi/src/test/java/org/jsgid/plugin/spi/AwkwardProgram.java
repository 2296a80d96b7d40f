package org.jsgid.plugin.spi;

/**
 * Does what libraries do and newer JDKs warn about, and prints what the JVM was told. Compiled for Java 8; run on each JDK,
 * with the native library and the lines that it waits for on its standard input.
 */
final class AwkwardProgram {

    /** Source text, since this module's own classes are of a later class file version than the oldest JDK reads. */
    static final String SOURCE = """
            import java.lang.reflect.Field;
            import java.lang.reflect.Method;
            public class Awkward {
              final String text;
              int number;
              Awkward(String text) { this.text = text; }
              public static void agentmain(String arguments) { System.out.println("agent"); }
              public static void main(String[] arguments) throws Exception {
                System.load(arguments[0]);
                unsafe();
                Awkward object = new Awkward(arguments[0]);
                Field field = Awkward.class.getDeclaredField("text");
                field.setAccessible(true);
                field.set(object, "other");
                Class<?> loader = ClassLoader.class;
                loader.getDeclaredMethod("findLoadedClass", String.class).setAccessible(true);
                Class.forName("java.util.Collections$EmptyList").getDeclaredMethod("size").setAccessible(true);
                Field fd = java.io.FileDescriptor.class.getDeclaredField("fd");
                fd.setAccessible(true);
                System.out.println(java.nio.charset.Charset.defaultCharset() + " "
                    + System.getProperty("sun.jnu.encoding") + " " + java.util.Locale.getDefault() + " "
                    + (System.getSecurityManager() == null) + " \\u00fc\\u20ac");
                if (arguments.length > 1) { System.out.println("waits"); System.in.read(); }
                System.out.println("done");
              }
              static void unsafe() throws Exception {
                Class<?> type = Class.forName("sun.misc.Unsafe");
                Field the = type.getDeclaredField("theUnsafe");
                the.setAccessible(true);
                Object unsafe = the.get(null);
                Method offset = type.getMethod("objectFieldOffset", Field.class);
                Object at = offset.invoke(unsafe, Awkward.class.getDeclaredField("number"));
                Method put = type.getMethod("putInt", Object.class, long.class, int.class);
                put.invoke(unsafe, new Awkward(""), at, 7);
                Method allocate = type.getMethod("allocateMemory", long.class);
                type.getMethod("freeMemory", long.class).invoke(unsafe, allocate.invoke(unsafe, 64L));
              }
            }
            """;

    private AwkwardProgram() {}
}
