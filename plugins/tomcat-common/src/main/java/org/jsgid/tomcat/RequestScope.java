package org.jsgid.tomcat;

/** What surrounds a request, on whichever thread it is worked for. */
interface RequestScope {

    /** Of a request that needs none. */
    RequestScope NONE = new RequestScope() {
        @Override
        public void enter() {}

        @Override
        public void leave() {}

        @Override
        public void end() {}
    };

    /** The calling thread begins to work for the request. */
    void enter();

    /** It does so no more. */
    void leave();

    /** The request is over. */
    void end();
}
