package org.example;

import org.jsgi.Application;
import org.jsgi.Context;
import org.jsgi.Request;
import org.jsgi.Response;

/** A JSGI application of several classes in a package, for a jar. */
public final class JarHello implements Application {

    private volatile Greeting greeting;

    @Override
    public void init(Context context) {
        greeting = new Greeting(context.group());
    }

    @Override
    public Response handle(Request request) {
        return Response.text(greeting.text() + ", java.version=" + System.getProperty("java.version"));
    }

    @Override
    public void destroy() {
        System.out.println("JarHello was destroyed");
    }
}
