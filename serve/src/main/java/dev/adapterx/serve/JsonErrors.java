package dev.adapterx.serve;

import java.util.Map;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** What Jetty itself refuses, such as a header without end, answered as all errors are. */
final class JsonErrors implements Request.Handler {
  private static final String STATUS = "org.eclipse.jetty.server.error_status";

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    Object given = request.getAttribute(STATUS);
    int status = given instanceof Integer code ? code : response.getStatus();
    String what = HttpStatus.getMessage(status);
    Call.write(response, callback, status, Call.JSON, Call.bytes(Map.of("error", what)));
    return true;
  }
}
