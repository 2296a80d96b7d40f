<%@ page contentType="text/plain;charset=UTF-8" session="false" isErrorPage="true" %>the application's own page for <%= request.getAttribute("NAMESPACE.servlet.error.status_code") %>
