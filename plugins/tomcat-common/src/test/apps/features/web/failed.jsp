<%@ page isErrorPage="true" session="false" %>failed: ${pageContext.exception.message}
