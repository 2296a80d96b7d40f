package org.jsgid.supervisor.ctl;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.OptionalLong;

/** Reads what may be absent from documents, and writes them. */
final class Json {
    private static final Gson LINE = new GsonBuilder().disableHtmlEscaping().create();
    private static final Gson PRETTY =
            new GsonBuilder().disableHtmlEscaping().setPrettyPrinting().create();

    private Json() {}

    /** A text, or empty when it is absent. */
    static String text(JsonObject object, String name) {
        JsonElement value = object.get(name);
        return value != null && value.isJsonPrimitive() ? value.getAsString() : "";
    }

    /** A number, when it is there. */
    static OptionalLong number(JsonObject object, String name) {
        JsonElement value = object.get(name);
        boolean present = value != null
                && value.isJsonPrimitive()
                && value.getAsJsonPrimitive().isNumber();
        return present ? OptionalLong.of(Math.round(value.getAsDouble())) : OptionalLong.empty();
    }

    /** The objects of an array; none when it is absent. */
    static List<JsonObject> objects(JsonObject object, String name) {
        List<JsonObject> objects = new ArrayList<>();
        if (object.get(name) instanceof JsonArray array) {
            for (JsonElement element : array) {
                if (element instanceof JsonObject member) {
                    objects.add(member);
                }
            }
        }
        return objects;
    }

    /** An object; an empty one when it is absent. */
    static JsonObject object(JsonObject object, String name) {
        return object.get(name) instanceof JsonObject member ? member : new JsonObject();
    }

    static JsonArray array(Collection<? extends JsonElement> elements) {
        JsonArray array = new JsonArray();
        elements.forEach(array::add);
        return array;
    }

    static JsonArray texts(Collection<String> texts) {
        JsonArray array = new JsonArray();
        texts.forEach(array::add);
        return array;
    }

    /** On one line. */
    static String line(JsonElement element) {
        return LINE.toJson(element);
    }

    /** On many lines. */
    static String pretty(JsonElement element) {
        return PRETTY.toJson(element);
    }
}
