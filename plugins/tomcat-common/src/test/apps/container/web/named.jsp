named ${requestScope.named} <%= request.getDispatcherType() %>
