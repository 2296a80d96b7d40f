<%@ page contentType="text/plain;charset=UTF-8" session="false" %>JSP: <%= 6 * 7 %> on <%= System.getProperty("java.version") %>
