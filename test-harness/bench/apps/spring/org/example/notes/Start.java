package org.example.notes;

import org.springframework.web.servlet.support.AbstractAnnotationConfigDispatcherServletInitializer;

/** Registers Spring's servlet. */
public class Start extends AbstractAnnotationConfigDispatcherServletInitializer {

    @Override
    protected Class<?>[] getRootConfigClasses() {
        return null;
    }

    @Override
    protected Class<?>[] getServletConfigClasses() {
        return new Class<?>[] {Settings.class};
    }

    @Override
    protected String[] getServletMappings() {
        return new String[] {"/"};
    }
}
