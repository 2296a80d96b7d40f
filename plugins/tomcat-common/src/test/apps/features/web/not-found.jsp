<%@ page isErrorPage="true" session="false" %>nothing at ${pageContext.errorData.requestURI}
