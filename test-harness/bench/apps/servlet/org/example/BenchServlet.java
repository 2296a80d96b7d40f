package org.example;

import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/** The workloads of the benchmark. The same class is in the WAR that jsgid serves and in the stock Tomcat. */
public class BenchServlet extends HttpServlet {

    private static final long serialVersionUID = 1L;
    private static final byte[] PLAIN = "Hello, world!".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] BLOCK = new byte[65536];
    private static final int DOWNLOAD_BLOCKS = 4096;

    static {
        for (int i = 0; i < BLOCK.length; i++) {
            BLOCK[i] = (byte) (i * 31 + (i >> 8) * 17);
        }
    }

    private static final byte[] PAGE = Arrays.copyOf(BLOCK, 2048);

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String uri = request.getRequestURI();
        switch (uri.substring(uri.lastIndexOf('/') + 1)) {
            case "plain":
                answer(response, "text/plain", PLAIN);
                break;
            case "large":
                answer(response, "application/octet-stream", BLOCK);
                break;
            case "echo":
                answer(response, "application/octet-stream", readAll(request));
                break;
            case "rich":
                rich(request, response);
                break;
            case "download":
                download(response);
                break;
            case "upload":
                answer(response, "text/plain", upload(request).getBytes(StandardCharsets.US_ASCII));
                break;
            default:
                response.sendError(HttpServletResponse.SC_NOT_FOUND);
                break;
        }
    }

    private static void answer(HttpServletResponse response, String type, byte[] body) throws IOException {
        response.setContentType(type);
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }

    private static byte[] readAll(HttpServletRequest request) throws IOException {
        byte[] body = new byte[request.getContentLength()];
        InputStream in = request.getInputStream();
        int length = 0;
        while (length < body.length) {
            int n = in.read(body, length, body.length - length);
            if (n < 0) {
                throw new IOException("the body ends after " + length + " bytes");
            }
            length += n;
        }
        return body;
    }

    private static void rich(HttpServletRequest request, HttpServletResponse response) throws IOException {
        for (int i = 0; i < 8; i++) {
            response.setHeader("X-Bench-" + i, "value of header number " + i);
        }
        for (Cookie cookie : request.getCookies()) {
            if (cookie.getName().equals("session")) {
                response.setHeader("X-Session", cookie.getValue());
            }
        }
        answer(response, "text/html; charset=utf-8", PAGE);
    }

    private static void download(HttpServletResponse response) throws IOException {
        response.setContentType("application/octet-stream");
        response.setContentLengthLong((long) DOWNLOAD_BLOCKS * BLOCK.length);
        OutputStream out = response.getOutputStream();
        for (int i = 0; i < DOWNLOAD_BLOCKS; i++) {
            out.write(BLOCK);
        }
    }

    private static String upload(HttpServletRequest request) throws IOException {
        MessageDigest digest = null;
        if (request.getHeader("X-Bench-Hash") != null) {
            try {
                digest = MessageDigest.getInstance("SHA-1");
            } catch (NoSuchAlgorithmException e) {
                throw new IOException(e);
            }
        }
        byte[] buffer = new byte[65536];
        InputStream in = request.getInputStream();
        long length = 0;
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
            length += n;
            if (digest != null) {
                digest.update(buffer, 0, n);
            }
        }
        StringBuilder text = new StringBuilder(Long.toString(length));
        if (digest != null) {
            text.append(' ');
            for (byte b : digest.digest()) {
                text.append(String.format("%02x", b));
            }
        }
        return text.toString();
    }
}
