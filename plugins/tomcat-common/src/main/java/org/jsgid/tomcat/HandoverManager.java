package org.jsgid.tomcat;

import java.beans.IntrospectionException;
import java.beans.Introspector;
import java.beans.PropertyDescriptor;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.Manager;
import org.apache.catalina.Session;
import org.apache.catalina.core.StandardContext;
import org.apache.catalina.session.StandardManager;
import org.apache.catalina.session.StandardSession;
import org.apache.catalina.util.CustomObjectInputStream;
import org.jsgid.daemon.servlet.ContainerSettings;

/**
 * Tomcat's standard manager for sessions that are to survive the process: where that one writes its sessions to a file when it stops and reads
 * them when it starts, this one gives them to the process that comes in its place, which has begun before. See
 * tomcat-common/README.md, Sessions.
 *
 * <p>Invariants: a session is in the memory of one process or in the store. While a process hands over, a session that a
 * request of it uses is marked, and written when the last such request ends. What concerns one session is done under
 * its lock, one of {@link #locks}.
 */
final class HandoverManager extends StandardManager {

    /** How long a request waits for its session, while that may still come. */
    private static final long LONGEST_WAIT_MILLIS = 5000;

    private static final long LOOK_MILLIS = 5;

    /** Sessions that never expire are kept in the store for that long. */
    private static final long NEVER_MILLIS = TimeUnit.DAYS.toMillis(30);

    private static final long BETWEEN_CLEANING_MILLIS = TimeUnit.MINUTES.toMillis(1);

    private final ContainerSettings settings;
    private final Object[] locks = new Object[64];
    /** How many requests use a session. By the object, since an application may change its id. */
    private final Map<Session, Integer> uses = new ConcurrentHashMap<>();

    private static final ThreadLocal<Served> OF_REQUEST = new ThreadLocal<>();
    /** The file that was deployed, and where. */
    private final String application;

    private volatile SessionStore store;
    private volatile boolean isHandingOver;
    private volatile long lastCleaning;

    /** What a request has to do with sessions. One thread at a time works for it. */
    private static final class Served implements RequestScope {
        /** Of the application that was asked for; it may call another one, whose sessions are not counted here. */
        private final HandoverManager owner;

        private final List<Session> used = new ArrayList<>(2);
        /** It has waited as long as it may. */
        private boolean hasWaited;

        Served(HandoverManager owner) {
            this.owner = owner;
        }

        @Override
        public void enter() {
            OF_REQUEST.set(this);
        }

        @Override
        public void leave() {
            OF_REQUEST.remove();
        }

        @Override
        public void end() {
            for (Session session : used) {
                owner.release(session);
            }
        }
    }

    /** Null in a thread that serves no request of this application. */
    private Served served() {
        Served served = OF_REQUEST.get();
        return served != null && served.owner == this ? served : null;
    }

    private HandoverManager(String application, ContainerSettings settings) {
        this.application = application;
        this.settings = settings;
        for (int i = 0; i < locks.length; i++) {
            locks[i] = new Object();
        }
    }

    /**
     * Takes the place of a standard manager whose configuration says that sessions are kept over a restart ({@code pathname}); leaves
     * other managers alone.
     *
     * @param file what was deployed: sessions go on in the same file at the same path only
     */
    static void takePlace(StandardContext context, File file, ContainerSettings settings) {
        Manager configured = context.getManager();
        if (configured == null || configured.getClass() != StandardManager.class) {
            return;
        }
        String pathname = ((StandardManager) configured).getPathname();
        if (pathname == null || pathname.isEmpty()) {
            return;
        }
        HandoverManager manager = new HandoverManager(file.getPath() + '\0' + context.getPath(), settings);
        copyProperties(configured, manager);
        // There is no such file: the store is in its place.
        manager.setPathname(null);
        context.setManager(manager);
    }

    /** Where all that can be configured is declared: the domain and other things of the objects above are not. */
    private static boolean isConfigurable(PropertyDescriptor property) {
        return property.getReadMethod() != null
                && property.getWriteMethod() != null
                && property.getWriteMethod()
                        .getDeclaringClass()
                        .getPackage()
                        .equals(StandardManager.class.getPackage());
    }

    /** All that was configured. */
    private static void copyProperties(Manager from, StandardManager to) {
        try {
            for (PropertyDescriptor property :
                    Introspector.getBeanInfo(StandardManager.class).getPropertyDescriptors()) {
                boolean isPlain = property.getPropertyType() != null
                        && (property.getPropertyType().isPrimitive() || property.getPropertyType() == String.class);
                if (isPlain && isConfigurable(property)) {
                    Object value = property.getReadMethod().invoke(from);
                    if (value != null && !value.equals(property.getReadMethod().invoke(to))) {
                        property.getWriteMethod().invoke(to, value);
                    }
                }
            }
            if (from.getSessionIdGenerator() != null) {
                to.setSessionIdGenerator(from.getSessionIdGenerator());
            }
        } catch (IntrospectionException | ReflectiveOperationException e) {
            throw new IllegalStateException("a property of Tomcat's session manager cannot be copied", e);
        }
    }

    @Override
    protected void startInternal() throws LifecycleException {
        try {
            store = SessionStore.open(settings.sharedFolder(), application, settings.generation(), settings.process());
        } catch (IOException e) {
            settings.log("JSGID0720: the sessions of " + name() + " will not survive this process: " + e);
        }
        super.startInternal();
    }

    @Override
    protected void stopInternal() throws LifecycleException {
        handOver();
        // What is still in use by a thread that did not end: its session as it is now.
        uses.clear();
        writeAll();
        super.stopInternal();
        try {
            if (store != null) {
                store.close();
            }
        } catch (IOException e) {
            settings.log("JSGID0721: closing the session store of " + name() + ": " + e);
        }
    }

    private String name() {
        String path = getContext().getPath();
        return "the web application at " + (path.isEmpty() ? "/" : path);
    }

    private Object lock(String base) {
        return locks[Math.floorMod(base.hashCode(), locks.length)];
    }

    // ---- requests

    /** What is to surround a request of the application. */
    RequestScope newRequest() {
        return new Served(this);
    }

    private static String base(Session session) {
        String id = session.getIdInternal();
        return id == null ? "" : SessionRoute.base(id);
    }

    private void release(Session session) {
        while (true) {
            String base = base(session);
            synchronized (lock(base)) {
                // Its id, and with it its lock, may have changed before this one was got.
                if (base.equals(base(session))) {
                    uses.computeIfPresent(session, (same, count) -> count > 1 ? count - 1 : null);
                    if (isHandingOver && !uses.containsKey(session)) {
                        writeOne(base);
                    }
                    return;
                }
            }
        }
    }

    /** A request uses a session; its lock is held. */
    private void use(Session session, String base) {
        Served served = served();
        if (served == null || served.used.contains(session)) {
            return;
        }
        served.used.add(session);
        uses.merge(session, 1, Integer::sum);
        if (isHandingOver) {
            markBusy(base);
        }
    }

    @Override
    public Session findSession(String id) throws IOException {
        if (id == null) {
            return null;
        }
        String base = SessionRoute.base(id);
        Session session = findOrTake(base);
        SessionStore open = store;
        Served served = served();
        if (session != null || open == null || (served != null && served.hasWaited)) {
            return session;
        }
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LONGEST_WAIT_MILLIS);
        while (System.nanoTime() - end < 0) {
            boolean mayCome = open.mayCome(base);
            // Looked for once more after it cannot come any more: it may have come just before.
            session = findOrTake(base);
            // And asked once more: somebody else may have had it for a moment in between.
            if (session != null || (!mayCome && !open.mayCome(base))) {
                return session;
            }
            try {
                TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return null;
            }
        }
        if (served != null) {
            served.hasWaited = true;
        }
        return null;
    }

    private Session findOrTake(String base) throws IOException {
        synchronized (lock(base)) {
            Session session = sessions.get(ownId(base));
            if (session == null && store != null) {
                if (isHandingOver) {
                    // Before it is taken, so that nobody takes it for lost meanwhile.
                    store.markBusyIfFree(base);
                }
                byte[] written = store.take(base);
                session = written == null ? null : read(written, base);
                if (session == null && isHandingOver) {
                    store.unmarkBusy(base);
                }
            }
            if (session != null) {
                use(session, base);
            }
            return session;
        }
    }

    private String ownId(String base) {
        return SessionRoute.withRoute(base, getJvmRoute());
    }

    @Override
    public void add(Session session) {
        String base = base(session);
        synchronized (lock(base)) {
            super.add(session);
            // At once: a new session that nobody uses would be given away under the request that makes it.
            use(session, base);
            if (isHandingOver && uses.containsKey(session)) {
                // It was in use already, under another id.
                markBusy(base);
            }
        }
    }

    @Override
    protected void changeSessionId(
            Session session, String newId, boolean notifySessionListeners, boolean notifyContainerListeners) {
        String former = base(session);
        synchronized (lock(former)) {
            super.changeSessionId(session, newId, notifySessionListeners, notifyContainerListeners);
            if (isHandingOver && !former.equals(base(session))) {
                try {
                    store.unmarkBusy(former);
                } catch (IOException e) {
                    settings.log("JSGID0723: the mark of a session of " + name()
                            + " that has another id now cannot be removed: " + e);
                }
            }
        }
    }

    // ---- handing over

    /** Gives the sessions to whoever serves from now on. Those in use follow when their requests end. */
    void handOver() {
        SessionStore open = store;
        if (open == null || isHandingOver) {
            return;
        }
        try {
            open.beginHandover();
        } catch (IOException e) {
            settings.log("JSGID0722: the sessions of " + name() + " cannot be handed over: " + e);
            return;
        }
        isHandingOver = true;
        writeAll();
        try {
            open.endHandover();
        } catch (IOException e) {
            settings.log("JSGID0722: the sessions of " + name() + " were handed over, but that cannot be told: " + e);
        }
    }

    private void writeAll() {
        if (!isHandingOver) {
            return;
        }
        for (Session session : findSessions()) {
            String base = base(session);
            synchronized (lock(base)) {
                if (uses.containsKey(session)) {
                    markBusy(base);
                } else {
                    writeOne(base);
                }
            }
        }
    }

    private void markBusy(String base) {
        try {
            store.markBusy(base);
        } catch (IOException e) {
            settings.log("JSGID0723: a session of " + name() + " in use cannot be marked; it may be lost: " + e);
        }
    }

    /** Its lock is held. */
    private void writeOne(String base) {
        Session session = sessions.get(ownId(base));
        if (session != null && uses.containsKey(session)) {
            // A new one of the same id; it follows.
            return;
        }
        try {
            if (session != null && session.isValid()) {
                write((StandardSession) session, base);
                remove(session, false);
            }
            store.unmarkBusy(base);
        } catch (IOException | RuntimeException e) {
            settings.log("JSGID0724: a session of " + name() + " is lost, since it cannot be written: " + e);
        }
    }

    private void write(StandardSession session, String base) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(1024);
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(getContext().getLoader().getClassLoader());
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            session.passivate();
            session.writeObjectData(out);
        } finally {
            thread.setContextClassLoader(before);
        }
        int seconds = session.getMaxInactiveInterval();
        long left = seconds > 0 ? TimeUnit.SECONDS.toMillis(seconds) - session.getIdleTimeInternal() : NEVER_MILLIS;
        store.put(base, bytes.toByteArray(), System.currentTimeMillis() + left);
    }

    /** A session from the store, with the route of this process; null when its time is over or nobody can read it. */
    private Session read(byte[] written, String base) {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        ClassLoader loader = getContext().getLoader().getClassLoader();
        thread.setContextClassLoader(loader);
        try (ObjectInputStream in = new CustomObjectInputStream(
                new ByteArrayInputStream(written),
                loader,
                getContext().getLogger(),
                getSessionAttributeValueClassNamePattern(),
                getWarnOnSessionAttributeFilterFailure())) {
            StandardSession session = getNewSession();
            session.readObjectData(in);
            session.setManager(this);
            if (base != null && !SessionRoute.base(session.getIdInternal()).equals(base)) {
                throw new IOException("it is another session than its file says");
            }
            session.setId(ownId(SessionRoute.base(session.getIdInternal())), false);
            session.activate();
            // Ends it, as it would have where it was.
            return session.isValid() ? session : null;
        } catch (IOException | ClassNotFoundException | RuntimeException | LinkageError e) {
            settings.log("JSGID0725: a session of " + name()
                    + " is lost, since the application as it is now cannot read it: " + e);
            return null;
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    // ---- the end of sessions

    @Override
    public void processExpires() {
        super.processExpires();
        SessionStore open = store;
        long now = System.currentTimeMillis();
        if (open == null || now - lastCleaning < BETWEEN_CLEANING_MILLIS) {
            return;
        }
        lastCleaning = now;
        try {
            for (byte[] written : open.takeExpired(now)) {
                read(written, null);
            }
            open.removeAbandoned(now);
        } catch (IOException e) {
            settings.log("JSGID0726: sessions of " + name() + " whose time is over cannot be removed: " + e);
        }
    }
}
