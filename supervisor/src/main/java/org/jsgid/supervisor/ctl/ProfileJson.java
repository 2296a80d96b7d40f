package org.jsgid.supervisor.ctl;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.nio.file.Path;
import java.util.List;
import org.jsgid.supervisor.jdk.JdkProfile;

/** A profile as a document. */
final class ProfileJson {
    private ProfileJson() {}

    static JsonObject of(JdkProfile profile) {
        JsonObject object = new JsonObject();
        object.addProperty("name", profile.name());
        object.addProperty("state", profile.state().word());
        if (!profile.reason().isEmpty()) {
            object.addProperty("reason", profile.reason());
        }
        if (profile.feature() > 0) {
            object.addProperty("feature", profile.feature());
        }
        object.addProperty("version", profile.version());
        object.addProperty("vendor", profile.vendor());
        profile.home().ifPresent(home -> object.addProperty("home", home.toString()));
        object.addProperty("priority", profile.priority());
        object.add("javaOptions", Json.texts(profile.javaOptions()));
        object.addProperty("file", profile.file().toString());
        object.addProperty("generated", profile.generated());
        object.add("warnings", Json.texts(profile.warnings()));
        return object;
    }

    static JsonArray paths(List<Path> paths) {
        return Json.texts(paths.stream().map(Path::toString).toList());
    }
}
