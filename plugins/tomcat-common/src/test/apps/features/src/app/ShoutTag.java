package app;

import jakarta.servlet.jsp.JspException;
import jakarta.servlet.jsp.tagext.SimpleTagSupport;
import java.io.IOException;
import java.io.StringWriter;
import java.util.Locale;

/** A tag of the application's own. */
public class ShoutTag extends SimpleTagSupport {

    @Override
    public void doTag() throws JspException, IOException {
        StringWriter body = new StringWriter();
        getJspBody().invoke(body);
        getJspContext().getOut().print(body.toString().toUpperCase(Locale.ROOT) + "!");
    }
}
