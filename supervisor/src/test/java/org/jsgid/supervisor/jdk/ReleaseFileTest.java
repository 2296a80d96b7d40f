package org.jsgid.supervisor.jdk;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One table of many JDKs, from what their release files say. */
class ReleaseFileTest {
    @TempDir
    Path folder;

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            openjdk-8        | 8  | 1.8.0_452              | JAVA_VERSION="1.8.0_452";OS_NAME="Linux";OS_VERSION="2.6";OS_ARCH="amd64";SOURCE=""
            oracle-8         | 8  | 1.8.0_202              | JAVA_VERSION="1.8.0_202";OS_NAME="Linux";OS_VERSION="2.6";OS_ARCH="amd64";SOURCE="";BUILD_TYPE="commercial"
            temurin-8        | 8  | 1.8.0_412              | JAVA_VERSION="1.8.0_412";OS_NAME="Linux";OS_ARCH="amd64";IMPLEMENTOR="Eclipse Adoptium";FULL_VERSION="1.8.0_412-b08";SEMANTIC_VERSION="8.0.412+8";JVM_VARIANT="Hotspot";JVM_VERSION="25.412-b08";IMAGE_TYPE="JDK"
            temurin-8-jre    | 8  | 1.8.0_412              | JAVA_VERSION="1.8.0_412";IMPLEMENTOR="Eclipse Adoptium";IMAGE_TYPE="JRE"
            adoptopenjdk-11  | 11 | 11.0.11+9              | IMPLEMENTOR="AdoptOpenJDK";IMPLEMENTOR_VERSION="AdoptOpenJDK-11.0.11+9";JAVA_RUNTIME_VERSION="11.0.11+9";JAVA_VERSION="11.0.11";MODULES="java.base jdk.compiler"
            openjdk-11       | 11 | 11.0.25+9-post-Debian-1deb11u1 | IMPLEMENTOR="Debian";JAVA_RUNTIME_VERSION="11.0.25+9-post-Debian-1deb11u1";JAVA_VERSION="11.0.25";MODULES="java.base jdk.compiler"
            zulu-11          | 11 | 11.0.23+9-LTS          | IMPLEMENTOR="Azul Systems, Inc.";IMPLEMENTOR_VERSION="Zulu11.72+19-CA";JAVA_RUNTIME_VERSION="11.0.23+9-LTS";JAVA_VERSION="11.0.23";MODULES="java.base jdk.compiler"
            openjdk-17       | 17 | 17.0.15+6-Debian-1deb12u1 | IMPLEMENTOR="Debian";JAVA_RUNTIME_VERSION="17.0.15+6-Debian-1deb12u1";JAVA_VERSION="17.0.15";JAVA_VERSION_DATE="2025-04-15";LIBC="gnu";MODULES="java.base java.compiler jdk.compiler";SOURCE=""
            openjdk-17       | 17 | 17.0.11+9-LTS          | IMPLEMENTOR="Red Hat, Inc.";IMPLEMENTOR_VERSION="(Red_Hat-17.0.11.0.9-1)";JAVA_RUNTIME_VERSION="17.0.11+9-LTS";JAVA_VERSION="17.0.11";MODULES="java.base jdk.compiler"
            corretto-17      | 17 | 17.0.11+9-LTS          | IMPLEMENTOR="Amazon.com Inc.";IMPLEMENTOR_VERSION="Corretto-17.0.11.9.1";JAVA_RUNTIME_VERSION="17.0.11+9-LTS";JAVA_VERSION="17.0.11";MODULES="java.base jdk.compiler"
            microsoft-17     | 17 | 17.0.11+9-LTS          | IMPLEMENTOR="Microsoft";IMPLEMENTOR_VERSION="Microsoft-9388422";JAVA_RUNTIME_VERSION="17.0.11+9-LTS";JAVA_VERSION="17.0.11";MODULES="java.base jdk.compiler"
            semeru-17        | 17 | 17.0.11+9              | IMPLEMENTOR="IBM Corporation";JAVA_RUNTIME_VERSION="17.0.11+9";JAVA_VERSION="17.0.11";JVM_VARIANT="Openj9";MODULES="java.base jdk.compiler"
            openjdk-21       | 21 | 21.0.5+11-Ubuntu-1ubuntu124.04 | IMPLEMENTOR="Ubuntu";JAVA_RUNTIME_VERSION="21.0.5+11-Ubuntu-1ubuntu124.04";JAVA_VERSION="21.0.5";MODULES="java.base jdk.compiler"
            graalvm-21       | 21 | 21.0.2+13-jvmci-23.1-b30 | IMPLEMENTOR="GraalVM Community";GRAALVM_VERSION="23.1.2";JAVA_RUNTIME_VERSION="21.0.2+13-jvmci-23.1-b30";JAVA_VERSION="21.0.2";MODULES="java.base jdk.compiler"
            graalvm-21       | 21 | 21.0.3+7-LTS-jvmci-23.1-b37 | IMPLEMENTOR="Oracle Corporation";GRAALVM_VERSION="23.1.3";JAVA_RUNTIME_VERSION="21.0.3+7-LTS-jvmci-23.1-b37";JAVA_VERSION="21.0.3";MODULES="java.base jdk.compiler"
            oracle-21        | 21 | 21.0.3+7-LTS-152       | IMPLEMENTOR="Oracle Corporation";JAVA_RUNTIME_VERSION="21.0.3+7-LTS-152";JAVA_VERSION="21.0.3";MODULES="java.base jdk.compiler"
            liberica-21      | 21 | 21.0.3+10-LTS          | IMPLEMENTOR="BellSoft";JAVA_RUNTIME_VERSION="21.0.3+10-LTS";JAVA_VERSION="21.0.3";MODULES="java.base jdk.compiler"
            sapmachine-21    | 21 | 21.0.3+9-LTS           | IMPLEMENTOR="SAP SE";JAVA_RUNTIME_VERSION="21.0.3+9-LTS";JAVA_VERSION="21.0.3";MODULES="java.base jdk.compiler"
            temurin-21-jre   | 21 | 21.0.3+9-LTS           | IMPLEMENTOR="Eclipse Adoptium";JAVA_RUNTIME_VERSION="21.0.3+9-LTS";JAVA_VERSION="21.0.3";MODULES="java.base java.logging";IMAGE_TYPE="JRE"
            temurin-25       | 25 | 25.0.3+9-LTS           | IMPLEMENTOR="Eclipse Adoptium";IMPLEMENTOR_VERSION="Temurin-25.0.3+9";JAVA_RUNTIME_VERSION="25.0.3+9-LTS";JAVA_VERSION="25.0.3";MODULES="java.base jdk.compiler";IMAGE_TYPE="JDK"
            oracle-27        | 27 | 27-ea+12-911           | IMPLEMENTOR="Oracle Corporation";JAVA_RUNTIME_VERSION="27-ea+12-911";JAVA_VERSION="27-ea";MODULES="java.base jdk.compiler"
            acme-widgets-27  | 27 | 27+30                  | IMPLEMENTOR="42 Acme, Widgets!";JAVA_RUNTIME_VERSION="27+30";JAVA_VERSION="27";MODULES="java.base jdk.compiler"
            openjdk-25-jre   | 25 | 25+36                  | IMPLEMENTOR="Alpine";JAVA_RUNTIME_VERSION="25+36";JAVA_VERSION="25";MODULES="java.base java.logging"
            """)
    void namesVendorAndVersionOfEveryKindOfJdk(String profileName, int feature, String version, String release) {
        boolean isEight = feature == 8;
        Path home = TestingJdk.createWith(
                folder.resolve("home"),
                isEight ? "jre/lib/amd64/server/libjvm.so" : "lib/server/libjvm.so",
                release.replace(';', '\n') + "\n");
        if (isEight) {
            TestingJdk.write(home.resolve("lib/tools.jar"), "");
        }

        JdkInspection.Usable jdk = (JdkInspection.Usable) JdkInspection.inspect(home);

        assertThat(jdk.profileName()).isEqualTo(profileName);
        assertThat(ProfileReader.isName(jdk.profileName())).isTrue();
        assertThat(jdk.feature()).isEqualTo(feature);
        assertThat(jdk.version()).isEqualTo(version);
        assertThat(jdk.identity().runtimeVersion()).isEqualTo(version);
    }

    @Test
    void takesValuesWithAndWithoutQuotesAndPassesOverOtherLines() {
        ReleaseFile release = ReleaseFile.parse("# comment\nJAVA_VERSION=17.0.1\r\n\nnonsense\nMODULES=\"a b\"\n");

        assertThat(release.values())
                .containsEntry("JAVA_VERSION", "17.0.1")
                .containsEntry("MODULES", "a b")
                .hasSize(2);
        assertThat(release.modules()).containsExactly("a", "b");
    }

    @ParameterizedTest
    @CsvSource({"''", "seventeen", "1.x", "1.7.0_80", "-17"})
    void hasNoFeatureWhenTheVersionIsNotOne(String version) {
        assertThat(ReleaseFile.parse("JAVA_VERSION=\"" + version + "\"").feature())
                .isEmpty();
    }
}
