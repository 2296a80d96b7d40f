package org.jsgid.supervisor.jdk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
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
            openjdk-8        | 8  | 1.8.0_452              | hotspot | JAVA_VERSION="1.8.0_452";OS_NAME="Linux";OS_VERSION="2.6";OS_ARCH="amd64";SOURCE=""
            oracle-8         | 8  | 1.8.0_202              | hotspot | JAVA_VERSION="1.8.0_202";OS_NAME="Linux";OS_VERSION="2.6";OS_ARCH="amd64";SOURCE="";BUILD_TYPE="commercial"
            temurin-8        | 8  | 1.8.0_412              | hotspot | JAVA_VERSION="1.8.0_412";OS_NAME="Linux";OS_ARCH="amd64";IMPLEMENTOR="Eclipse Adoptium";FULL_VERSION="1.8.0_412-b08";SEMANTIC_VERSION="8.0.412+8";JVM_VARIANT="Hotspot";JVM_VERSION="25.412-b08";IMAGE_TYPE="JDK"
            temurin-8-jre    | 8  | 1.8.0_412              | hotspot | JAVA_VERSION="1.8.0_412";IMPLEMENTOR="Eclipse Adoptium";IMAGE_TYPE="JRE"
            adoptopenjdk-11  | 11 | 11.0.11+9              | hotspot | IMPLEMENTOR="AdoptOpenJDK";IMPLEMENTOR_VERSION="AdoptOpenJDK-11.0.11+9";JAVA_RUNTIME_VERSION="11.0.11+9";JAVA_VERSION="11.0.11";MODULES="java.base jdk.compiler"
            openjdk-11       | 11 | 11.0.25+9-post-Debian-1deb11u1 | hotspot | IMPLEMENTOR="Debian";JAVA_RUNTIME_VERSION="11.0.25+9-post-Debian-1deb11u1";JAVA_VERSION="11.0.25";MODULES="java.base jdk.compiler"
            zulu-11          | 11 | 11.0.23+9-LTS          | hotspot | IMPLEMENTOR="Azul Systems, Inc.";IMPLEMENTOR_VERSION="Zulu11.72+19-CA";JAVA_RUNTIME_VERSION="11.0.23+9-LTS";JAVA_VERSION="11.0.23";MODULES="java.base jdk.compiler"
            openjdk-17       | 17 | 17.0.15+6-Debian-1deb12u1 | hotspot | IMPLEMENTOR="Debian";JAVA_RUNTIME_VERSION="17.0.15+6-Debian-1deb12u1";JAVA_VERSION="17.0.15";JAVA_VERSION_DATE="2025-04-15";LIBC="gnu";MODULES="java.base java.compiler jdk.compiler";SOURCE=""
            openjdk-17       | 17 | 17.0.11+9-LTS          | hotspot | IMPLEMENTOR="Red Hat, Inc.";IMPLEMENTOR_VERSION="(Red_Hat-17.0.11.0.9-1)";JAVA_RUNTIME_VERSION="17.0.11+9-LTS";JAVA_VERSION="17.0.11";MODULES="java.base jdk.compiler"
            corretto-17      | 17 | 17.0.11+9-LTS          | hotspot | IMPLEMENTOR="Amazon.com Inc.";IMPLEMENTOR_VERSION="Corretto-17.0.11.9.1";JAVA_RUNTIME_VERSION="17.0.11+9-LTS";JAVA_VERSION="17.0.11";MODULES="java.base jdk.compiler"
            microsoft-17     | 17 | 17.0.11+9-LTS          | hotspot | IMPLEMENTOR="Microsoft";IMPLEMENTOR_VERSION="Microsoft-9388422";JAVA_RUNTIME_VERSION="17.0.11+9-LTS";JAVA_VERSION="17.0.11";MODULES="java.base jdk.compiler"
            semeru-17        | 17 | 17.0.11+9              | openj9  | IMPLEMENTOR="IBM Corporation";JAVA_RUNTIME_VERSION="17.0.11+9";JAVA_VERSION="17.0.11";JVM_VARIANT="Openj9";MODULES="java.base jdk.compiler"
            openjdk-21       | 21 | 21.0.5+11-Ubuntu-1ubuntu124.04 | hotspot | IMPLEMENTOR="Ubuntu";JAVA_RUNTIME_VERSION="21.0.5+11-Ubuntu-1ubuntu124.04";JAVA_VERSION="21.0.5";MODULES="java.base jdk.compiler"
            graalvm-21       | 21 | 21.0.2+13-jvmci-23.1-b30 | hotspot | IMPLEMENTOR="GraalVM Community";GRAALVM_VERSION="23.1.2";JAVA_RUNTIME_VERSION="21.0.2+13-jvmci-23.1-b30";JAVA_VERSION="21.0.2";MODULES="java.base jdk.compiler"
            graalvm-21       | 21 | 21.0.3+7-LTS-jvmci-23.1-b37 | hotspot | IMPLEMENTOR="Oracle Corporation";GRAALVM_VERSION="23.1.3";JAVA_RUNTIME_VERSION="21.0.3+7-LTS-jvmci-23.1-b37";JAVA_VERSION="21.0.3";MODULES="java.base jdk.compiler"
            oracle-21        | 21 | 21.0.3+7-LTS-152       | hotspot | IMPLEMENTOR="Oracle Corporation";JAVA_RUNTIME_VERSION="21.0.3+7-LTS-152";JAVA_VERSION="21.0.3";MODULES="java.base jdk.compiler"
            liberica-21      | 21 | 21.0.3+10-LTS          | hotspot | IMPLEMENTOR="BellSoft";JAVA_RUNTIME_VERSION="21.0.3+10-LTS";JAVA_VERSION="21.0.3";MODULES="java.base jdk.compiler"
            sapmachine-21    | 21 | 21.0.3+9-LTS           | hotspot | IMPLEMENTOR="SAP SE";JAVA_RUNTIME_VERSION="21.0.3+9-LTS";JAVA_VERSION="21.0.3";MODULES="java.base jdk.compiler"
            temurin-21-jre   | 21 | 21.0.3+9-LTS           | hotspot | IMPLEMENTOR="Eclipse Adoptium";JAVA_RUNTIME_VERSION="21.0.3+9-LTS";JAVA_VERSION="21.0.3";MODULES="java.base java.logging";IMAGE_TYPE="JRE"
            temurin-25       | 25 | 25.0.3+9-LTS           | hotspot | IMPLEMENTOR="Eclipse Adoptium";IMPLEMENTOR_VERSION="Temurin-25.0.3+9";JAVA_RUNTIME_VERSION="25.0.3+9-LTS";JAVA_VERSION="25.0.3";MODULES="java.base jdk.compiler";IMAGE_TYPE="JDK"
            oracle-27        | 27 | 27-ea+12-911           | hotspot | IMPLEMENTOR="Oracle Corporation";JAVA_RUNTIME_VERSION="27-ea+12-911";JAVA_VERSION="27-ea";MODULES="java.base jdk.compiler"
            acme-widgets-27  | 27 | 27+30                  | hotspot | IMPLEMENTOR="42 Acme, Widgets!";JAVA_RUNTIME_VERSION="27+30";JAVA_VERSION="27";MODULES="java.base jdk.compiler"
            openjdk-25-jre   | 25 | 25+36                  | hotspot | IMPLEMENTOR="Alpine";JAVA_RUNTIME_VERSION="25+36";JAVA_VERSION="25";MODULES="java.base java.logging"
            openjdk-8        | 8  | 1.8.0_292              | hotspot | JAVA_VERSION="1.8.0_292";OS_NAME="Linux";OS_VERSION="2.6";OS_ARCH="amd64";SOURCE="";LIBC=""
            zulu-8           | 8  | 1.8.0_412              | hotspot | JAVA_VERSION="1.8.0_412";OS_NAME="Linux";OS_VERSION="2.6";OS_ARCH="amd64";SOURCE=".:git:0123456789ab";IMPLEMENTOR="Azul Systems, Inc.";IMPLEMENTOR_VERSION="Zulu8.78.0.19-CA-linux64"
            liberica-8       | 8  | 1.8.0_412              | hotspot | JAVA_VERSION="1.8.0_412";OS_NAME="Linux";OS_VERSION="2.6";OS_ARCH="amd64";SOURCE="";IMPLEMENTOR="BellSoft"
            semeru-8         | 8  | 1.8.0_412              | openj9  | JAVA_VERSION="1.8.0_412";OS_NAME="Linux";OS_VERSION="2.6";OS_ARCH="amd64";SOURCE="OpenJDK:b03c28f OpenJ9:254af5a OMR:254af5a04";IMPLEMENTOR="International Business Machines Corporation";FULL_VERSION="1.8.0_412-b08";SEMANTIC_VERSION="8.0.412+8";JVM_VARIANT="Openj9";JVM_VERSION="openj9-0.44.0";HEAP_SIZE="Standard";IMAGE_TYPE="JDK"
            adoptopenjdk-11  | 11 | 11.0.10                | openj9  | IMPLEMENTOR="AdoptOpenJDK";IMPLEMENTOR_VERSION="AdoptOpenJDK";JAVA_VERSION="11.0.10";JAVA_VERSION_DATE="2021-01-19";MODULES="java.base jdk.compiler";OS_ARCH="x86_64";OS_NAME="Linux";SOURCE="OpenJDK:0a86953833 OpenJ9:345e1b09e OMR:741e94ea8";JVM_VARIANT="Openj9";JVM_VERSION="openj9-0.24.0";HEAP_SIZE="Standard";IMAGE_TYPE="JDK"
            semeru-17        | 17 | 17.0.11+9              | openj9  | IMPLEMENTOR="IBM Corporation";JAVA_RUNTIME_VERSION="17.0.11+9";JAVA_VERSION="17.0.11";MODULES="java.base jdk.compiler";SOURCE="OpenJDK:4e0d5bb OpenJ9:b0699311c7 OMR:254af5a04"
            microsoft-11     | 11 | 11.0.23+9-LTS          | hotspot | IMPLEMENTOR="Microsoft";IMPLEMENTOR_VERSION="Microsoft-9394293";JAVA_RUNTIME_VERSION="11.0.23+9-LTS";JAVA_VERSION="11.0.23";JAVA_VERSION_DATE="2024-04-16";LIBC="default";MODULES="java.base jdk.compiler";OS_ARCH="x86_64";OS_NAME="Linux";SOURCE=".:git:43f8ad8e9c4f"
            graalvm-11       | 11 | 11.0.22+9-LTS-jvmci-21.3-b43 | hotspot | IMPLEMENTOR="Oracle Corporation";IMPLEMENTOR_VERSION="18.9";JAVA_RUNTIME_VERSION="11.0.22+9-LTS-jvmci-21.3-b43";JAVA_VERSION="11.0.22";MODULES="java.base jdk.compiler";GRAALVM_VERSION="21.3.9"
            graalvm-17       | 17 | 17.0.5                 | hotspot | OS_NAME="Linux";OS_ARCH="amd64";SOURCE=" compiler:3dc3b1 truffle:3dc3b1";COMMIT_INFO={"graal": {"commit.committer": "a", "commit.rev": "3dc3b1"}};GRAALVM_VERSION="22.3.0";IMPLEMENTOR="GraalVM Community";JAVA_VERSION="17.0.5";JAVA_VERSION_DATE="2022-10-18";MODULES="java.base jdk.compiler"
            oracle-17        | 17 | 17.0.11+7-LTS-207      | hotspot | IMPLEMENTOR="Oracle Corporation";JAVA_RUNTIME_VERSION="17.0.11+7-LTS-207";JAVA_VERSION="17.0.11";JAVA_VERSION_DATE="2024-04-16";LIBC="gnu";MODULES="java.base jdk.compiler";OS_ARCH="x86_64";OS_NAME="Linux";SOURCE=".:git:7b6d4dfbf25b open:git:4b1f8d6c5a3e"
            graalvm-23       | 23 | 23.0.2+7-jvmci-b01     | hotspot | IMPLEMENTOR="GraalVM Community";JAVA_RUNTIME_VERSION="23.0.2+7-jvmci-b01";JAVA_VERSION="23.0.2";JAVA_VERSION_DATE="2025-01-21";LIBC="gnu";OS_ARCH="aarch64";OS_NAME="Linux";GRAALVM_VERSION="24.1.2";MODULES="java.base jdk.compiler"
            zulu-25          | 25 | 25.0.1+8-LTS           | hotspot | IMPLEMENTOR="Azul Systems, Inc.";IMPLEMENTOR_VERSION="Zulu25.30+17-CA";JAVA_RUNTIME_VERSION="25.0.1+8-LTS";JAVA_VERSION="25.0.1";MODULES="java.base jdk.compiler"
            corretto-25      | 25 | 25.0.1+8-LTS           | hotspot | IMPLEMENTOR="Amazon.com Inc.";IMPLEMENTOR_VERSION="Corretto-25.0.1.8.1";JAVA_RUNTIME_VERSION="25.0.1+8-LTS";JAVA_VERSION="25.0.1";MODULES="java.base jdk.compiler"
            liberica-25-jre  | 25 | 25.0.1+11-LTS          | hotspot | IMPLEMENTOR="BellSoft";JAVA_RUNTIME_VERSION="25.0.1+11-LTS";JAVA_VERSION="25.0.1";MODULES="java.base java.logging java.naming java.management jdk.jfr"
            microsoft-25     | 25 | 25.0.1+8-LTS           | hotspot | IMPLEMENTOR="Microsoft";IMPLEMENTOR_VERSION="Microsoft-12574222";JAVA_RUNTIME_VERSION="25.0.1+8-LTS";JAVA_VERSION="25.0.1";MODULES="java.base jdk.compiler"
            sapmachine-25    | 25 | 25.0.1+8-LTS           | hotspot | IMPLEMENTOR="SAP SE";IMPLEMENTOR_VERSION="SapMachine";JAVA_RUNTIME_VERSION="25.0.1+8-LTS";JAVA_VERSION="25.0.1";MODULES="java.base jdk.compiler"
            openjdk-27       | 27 | 27.0.1.0.3+1-1-Debian  | hotspot | IMPLEMENTOR="Debian";JAVA_RUNTIME_VERSION="27.0.1.0.3+1-1-Debian";JAVA_VERSION="27.0.1.0.3";JAVA_VERSION_DATE="2026-10-24";LIBC="gnu";MODULES="java.base jdk.compiler";OS_ARCH="x86_64";OS_NAME="Linux";SOURCE=""
            temurin-31       | 31 | 31+35                  | hotspot | IMPLEMENTOR="Eclipse Adoptium";JAVA_RUNTIME_VERSION="31+35";JAVA_VERSION="31";MODULES="java.base jdk.compiler";JVM_VARIANT="Hotspot";IMAGE_TYPE="JDK"
            """)
    void namesVendorVersionAndJvmOfEveryKindOfJdk(
            String profileName, int feature, String version, String vm, String release) throws IOException {
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
        assertThat(jdk.release().isOpenJ9()).isEqualTo(vm.equals("openj9"));
        assertThat(jdk.implementor())
                .isEqualTo(ReleaseFile.read(home).implementor().orElse(""));
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
