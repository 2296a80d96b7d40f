<%@ page contentType="text/plain; charset=UTF-8" session="false" %>A page from <%= application.getServerInfo() %>
Java <%= System.getProperty("java.version") %>, user <%= System.getProperty("user.name") %>
