package org.jsgid.daemon;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Array;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Optional;

/**
 * Ends the process. From JDK 25 on, a JVM that records for an archive assembles it in its own exit, in {@code halt} too, for
 * half a second to two seconds; that of JDK 17 links all classes (in {@code exit} before any hook, which stays). Nobody is to wait for that, and the archive
 * is made elsewhere. Where the monitor says so ({@code -Djsgid.exit=direct}), the process ends by {@code _exit(2)}, or by
 * the JDK's own last step, once all that an exit promises to applications has been done: their shutdown hooks, and the files
 * of {@code deleteOnExit}.
 */
final class ProcessEnd {

    /** After the JDK's own, which run applications' hooks (1) and delete files (2); {@code java.lang.Shutdown} has 10. */
    private static final int LAST_SLOT = 9;

    private static final int SIGNALLED = 128;

    /** The first with java.lang.foreign; those before assemble nothing in {@code halt0}. */
    private static final int FIRST_FOREIGN = 22;

    private static final boolean IS_DIRECT = "direct".equals(System.getProperty("jsgid.exit"));

    private static final ThreadLocal<Integer> STATUS = new ThreadLocal<>();

    private static volatile MethodHandle exit;

    private ProcessEnd() {}

    /** To be called once, when the process begins. */
    static void install() {
        if (!IS_DIRECT) {
            return;
        }
        try {
            Class<?> shutdown = Class.forName("java.lang.Shutdown");
            Method add = shutdown.getDeclaredMethod("add", int.class, boolean.class, Runnable.class);
            // This needs --add-opens=java.base/java.lang=ALL-UNNAMED, which launch plans give.
            add.setAccessible(true);
            add.invoke(null, LAST_SLOT, false, (Runnable) ProcessEnd::last);
        } catch (ReflectiveOperationException | RuntimeException otherJdk) {
            // The exit takes longer, then, and is right.
            return;
        }
    }

    /** {@code void halt0(int)}, which ends a JVM at once, without what it does before that for archives. */
    private static MethodHandle halting() throws ReflectiveOperationException {
        Method halt = Class.forName("java.lang.Shutdown").getDeclaredMethod("halt0", int.class);
        halt.setAccessible(true);
        return MethodHandles.lookup().unreflect(halt);
    }

    /** Makes ready what the end needs (some 50 ms), beside what the caller does until then. */
    static void prepare() {
        if (IS_DIRECT && exit == null) {
            Thread thread = new Thread(ProcessEnd::find, "jsgid-exit");
            thread.setDaemon(true);
            thread.start();
        }
    }

    /** As {@link System#exit}. */
    static void exit(int status) {
        STATUS.set(status);
        System.exit(status);
    }

    /** As {@link Runtime#halt}. */
    static void halt(int status) {
        // Whoever halts waits for nothing: only when it is there.
        end(exit, status);
        Runtime.getRuntime().halt(status);
    }

    /** On the thread that exits, when all hooks have run. */
    private static void last() {
        Integer own = STATUS.get();
        int status = own == null ? ofSignal(Thread.currentThread().getName()) : own;
        if (status >= 0) {
            end(find(), status);
        }
        // An application's System.exit: only the JVM knows the status.
    }

    /** The JDK handles signals on threads of such names. */
    private static int ofSignal(String thread) {
        switch (thread) {
            case "SIGHUP handler":
                return SIGNALLED + 1;
            case "SIGINT handler":
                return SIGNALLED + 2;
            case "SIGTERM handler":
                return SIGNALLED + 15;
            default:
                return -1;
        }
    }

    private static void end(MethodHandle handle, int status) {
        if (handle == null) {
            return;
        }
        try {
            handle.invokeExact(status);
        } catch (Throwable e) {
            DaemonLog.line("JSGID0559", "The process cannot be ended directly, and ends a little later: " + e);
        }
    }

    /** What ends the process, {@code void (int)}; null on a JDK that is otherwise. */
    private static synchronized MethodHandle find() {
        if (exit == null) {
            try {
                exit = JavaVersion.feature() >= FIRST_FOREIGN ? link() : halting();
            } catch (ReflectiveOperationException | RuntimeException | LinkageError otherJdk) {
                exit = null;
            }
        }
        return exit;
    }

    /** The C library's function. */
    private static MethodHandle link() throws ReflectiveOperationException {
        Class<?> linkers = foreign("Linker");
        Class<?> layouts = foreign("MemoryLayout");
        Class<?> options = foreign("Linker$Option");
        Object linker = linkers.getMethod("nativeLinker").invoke(null);
        Object library = linkers.getMethod("defaultLookup").invoke(linker);
        Object function = ((Optional<?>) foreign("SymbolLookup")
                        .getMethod("find", String.class)
                        .invoke(library, "_exit"))
                .orElseThrow(() -> new InvocationTargetException(null, "the C library has no _exit"));
        Object arguments = Array.newInstance(layouts, 1);
        Array.set(arguments, 0, foreign("ValueLayout").getField("JAVA_INT").get(null));
        Object descriptor = foreign("FunctionDescriptor")
                .getMethod("ofVoid", arguments.getClass())
                .invoke(null, arguments);
        Object none = Array.newInstance(options, 0);
        return (MethodHandle) linkers.getMethod(
                        "downcallHandle", foreign("MemorySegment"), foreign("FunctionDescriptor"), none.getClass())
                .invoke(linker, function, descriptor, none);
    }

    private static Class<?> foreign(String name) throws ClassNotFoundException {
        return Class.forName("java.lang.foreign." + name);
    }
}
