package org.jsgid.tomcat;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import org.jsgid.daemon.servlet.ServletOption;

/** Sets properties of Tomcat's objects from text, and takes nothing that is not what the property wants. */
final class Settings {

    private Settings() {}

    /**
     * Sets a property.
     *
     * @param option whose value it gets
     * @param name the property's name, as Tomcat's documentation has it
     * @return false when the object has no such property
     * @throws IllegalArgumentException when the value is not what the property wants
     */
    static boolean set(Object target, ServletOption option, String name) {
        Method setter = setter(target.getClass(), name);
        if (setter == null) {
            return false;
        }
        Object value = value(option, setter.getParameterTypes()[0]);
        try {
            setter.invoke(target, value);
        } catch (InvocationTargetException e) {
            throw option.mistake("is not taken: " + e.getCause().getMessage(), "Tomcat's documentation has the values");
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
        return true;
    }

    private static Method setter(Class<?> type, String name) {
        if (name.isEmpty()) {
            return null;
        }
        String setter = "set" + Character.toUpperCase(name.charAt(0)) + name.substring(1);
        Method found = null;
        for (Method method : type.getMethods()) {
            if (method.getName().equals(setter) && method.getParameterCount() == 1) {
                Class<?> parameter = method.getParameterTypes()[0];
                if (parameter == String.class) {
                    return method;
                }
                if (parameter == int.class || parameter == long.class || parameter == boolean.class) {
                    found = method;
                }
            }
        }
        return found;
    }

    private static Object value(ServletOption option, Class<?> type) {
        String text = option.value();
        if (type == boolean.class) {
            if (!text.equals("true") && !text.equals("false")) {
                throw option.mistake("is neither true nor false", "Write one of the two");
            }
            return text.equals("true");
        }
        try {
            if (type == int.class) {
                return Integer.parseInt(text);
            }
            return type == long.class ? (Object) Long.parseLong(text) : text;
        } catch (NumberFormatException e) {
            IllegalArgumentException mistake = option.mistake(
                    "is no whole number between " + (type == int.class ? Integer.MIN_VALUE : Long.MIN_VALUE) + " and "
                            + (type == int.class ? Integer.MAX_VALUE : Long.MAX_VALUE),
                    "Write digits only");
            mistake.initCause(e);
            throw mistake;
        }
    }
}
