<%@ page contentType="text/html;charset=UTF-8" import="java.util.stream.Collectors,java.util.stream.Stream" %>
<%@ taglib prefix="t" uri="urn:jsgid:test" %><%@ taglib prefix="f" tagdir="/WEB-INF/tags" %>
<p>${6 * 7} ${param.name} <t:shout>loud</t:shout> <f:box>boxed</f:box>
<%= Stream.of("a", "b").map(s -> s + s).collect(Collectors.joining("-")) %></p>
