package io.countersign.sandbox;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One client's connection: reads requests one after the other, answers them, and misbehaves where
 * it was told to.
 */
final class Connection {
  private static final int IDLE_MILLIS = 300_000;

  private final Socket socket;
  private final SandboxOptions options;
  private final Services services;
  private final Faults faults;
  private final Consumer<ReceivedRequest> log;

  Connection(
      Socket socket,
      SandboxOptions options,
      Services services,
      Faults faults,
      Consumer<ReceivedRequest> log) {
    this.socket = socket;
    this.options = options;
    this.services = services;
    this.faults = faults;
    this.log = log;
  }

  /** Returns when the connection is closed, by whom- and howsoever. */
  void serve() {
    try {
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(IDLE_MILLIS);
      InputStream in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
      OutputStream out = new BufferedOutputStream(socket.getOutputStream(), 1 << 16);
      HttpReader reader = new HttpReader(in, options.maxBodyBytes());
      boolean more = true;
      while (more) {
        more = serveOne(reader, out);
      }
    } catch (IOException e) {
      // The peer left, or sent less than it announced: there is nobody to tell.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      closeQuietly(socket);
    }
  }

  static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // It is gone either way.
    }
  }

  private boolean serveOne(HttpReader reader, OutputStream out)
      throws IOException, InterruptedException {
    HttpRequest request;
    try {
      HttpRequest head = reader.readHead();
      if (head == null) {
        return false;
      }
      Route early = Route.of(head);
      Fault fault = faults.take(early, head.path(), true);
      if (fault != null) {
        misbehave(fault, head, early, out);
        return false;
      }
      if ("100-continue".equalsIgnoreCase(head.header("expect"))) {
        out.write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        out.flush();
      }
      request = head.withBody(reader.readBody(head.headers()));
    } catch (MalformedHttpException e) {
      writeAll(
          out,
          HttpResponse.of(400, Body.of("400 Bad Request: " + e.getMessage() + "\n")),
          "GET",
          true);
      lingerAndClose();
      return false;
    }
    Route route = Route.of(request);
    boolean close = request.headers().first("connection", "").equalsIgnoreCase("close");
    Fault fault = faults.take(route, request.path(), false);
    if (fault != null && !(fault instanceof Fault.Delay)) {
      return misbehave(fault, request, route, out) && !close;
    }
    if (fault instanceof Fault.Delay delay) {
      pause(delay.time());
    }
    writeAll(out, act(request, route), request.method(), close);
    return !close;
  }

  /** True when the connection can go on. */
  private boolean misbehave(Fault fault, HttpRequest request, Route route, OutputStream out)
      throws IOException, InterruptedException {
    return switch (fault) {
      case Fault.Delay delay -> {
        pause(delay.time());
        writeAll(out, act(request, route), request.method(), false);
        yield true;
      }
      case Fault.Throttle ignored ->
          refuse(AwsError.throttled(route.dialect()), request, route, out, false);
      case Fault.ServerError error ->
          refuse(AwsError.server(route.dialect(), error.status()), request, route, out, false);
      case Fault.Refuse refusal ->
          refuse(
              new AwsError(refusal.status(), refusal.code(), refusal.message()),
              request,
              route,
              out,
              false);
      case Fault.RefuseEarly refusal ->
          refuse(
              new AwsError(refusal.status(), refusal.code(), refusal.message()),
              request,
              route,
              out,
              true);
      case Fault.ResetEarly ignored -> reset(request, route);
      case Fault.Reset ignored -> reset(request, route);
      case Fault.ResetAfterActing ignored -> {
        act(request, route);
        yield resetSocket();
      }
      case Fault.CloseWithoutAnswer ignored -> {
        note(request, route, null, 0, null);
        yield false;
      }
      case Fault.Hang ignored -> {
        note(request, route, null, 0, null);
        hang();
        yield false;
      }
      case Fault.Garbage garbage -> {
        note(request, route, null, 0, null);
        byte[] bytes = new byte[garbage.bytes()];
        new Random(options.seed()).nextBytes(bytes);
        yield sendRaw(bytes, out);
      }
      case Fault.Raw raw -> {
        note(request, route, null, 0, null);
        yield sendRaw(raw.text().getBytes(StandardCharsets.ISO_8859_1), out);
      }
      case Fault.ResetAfterHead ignored -> {
        HttpResponse response = act(request, route);
        writeHead(out, response, response.length(), false);
        out.flush();
        yield resetSocket();
      }
      case Fault.CloseMidBody part -> {
        sendPart(out, act(request, route), part.bytes());
        yield false;
      }
      case Fault.HangMidBody part -> {
        sendPart(out, act(request, route), part.bytes());
        hang();
        yield false;
      }
      case Fault.WrongContentLength wrong -> {
        HttpResponse response = act(request, route);
        writeHead(out, response, Math.max(0, response.length() + wrong.delta()), false);
        copy(response, response.length(), out);
        out.flush();
        lingerAndClose();
        yield false;
      }
      case Fault.Drip drip -> {
        drip(out, act(request, route), drip, request.method());
        yield true;
      }
    };
  }

  private boolean refuse(
      AwsError error, HttpRequest request, Route route, OutputStream out, boolean close)
      throws IOException {
    note(request, route, null, error.status(), error.code());
    writeAll(
        out,
        services.refuse(error, request, route, services.newRequestId()),
        request.method(),
        close);
    if (close) {
      lingerAndClose();
    }
    return !close;
  }

  private HttpResponse act(HttpRequest request, Route route)
      throws IOException, InterruptedException {
    Services.Outcome outcome = services.answer(request, route, services.newRequestId());
    note(request, route, outcome.callerArn(), outcome.response().status(), outcome.errorCode());
    return outcome.response();
  }

  private void note(
      HttpRequest request,
      Route route,
      @Nullable String caller,
      int status,
      @Nullable String errorCode)
      throws IOException {
    byte[] body;
    try (InputStream in = request.body().open()) {
      body = in.readNBytes(ReceivedRequest.MAX_BODY_BYTES);
    }
    log.accept(
        new ReceivedRequest(
            options.clock().instant(),
            request.method(),
            request.path(),
            request.query(),
            request.headers(),
            ByteBuffer.wrap(body),
            request.body().length(),
            route.service(),
            route.operation(),
            caller,
            status,
            errorCode));
  }

  private boolean reset(HttpRequest request, Route route) throws IOException {
    note(request, route, null, 0, null);
    return resetSocket();
  }

  private boolean resetSocket() throws SocketException {
    socket.setSoLinger(true, 0);
    closeQuietly(socket);
    return false;
  }

  private boolean sendRaw(byte[] bytes, OutputStream out) throws IOException {
    out.write(bytes);
    out.flush();
    lingerAndClose();
    return false;
  }

  private void sendPart(OutputStream out, HttpResponse response, long bytes) throws IOException {
    writeHead(out, response, response.length(), false);
    copy(response, Math.min(bytes, response.length()), out);
    out.flush();
  }

  private void drip(OutputStream out, HttpResponse response, Fault.Drip drip, String method)
      throws IOException, InterruptedException {
    writeHead(out, response, response.length(), false);
    out.flush();
    if (method.equals("HEAD")) {
      return;
    }
    try (InputStream in = response.body().open(response.start(), response.length())) {
      byte[] piece = in.readNBytes(drip.bytes());
      while (piece.length > 0) {
        pause(drip.pause());
        out.write(piece);
        out.flush();
        piece = in.readNBytes(drip.bytes());
      }
    }
  }

  /** Waits until the faults are cleared, or the peer closes or sends anything more. */
  private void hang() throws IOException, InterruptedException {
    Thread waiter = Thread.currentThread();
    Thread watch =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    if (socket.getInputStream().read() < 0) {
                      waiter.interrupt();
                    }
                  } catch (IOException e) {
                    waiter.interrupt();
                  }
                });
    try {
      faults.hung().await();
    } finally {
      closeQuietly(socket);
      watch.join();
    }
  }

  private static void pause(Duration time) throws InterruptedException {
    Thread.sleep(time);
  }

  private void writeAll(OutputStream out, HttpResponse response, String method, boolean close)
      throws IOException {
    writeHead(out, response, response.length(), close);
    if (!method.equals("HEAD")) {
      copy(response, response.length(), out);
    }
    out.flush();
  }

  private void writeHead(OutputStream out, HttpResponse response, long length, boolean close)
      throws IOException {
    StringBuilder head = new StringBuilder(256);
    head.append("HTTP/1.1 ")
        .append(response.status())
        .append(' ')
        .append(reason(response.status()))
        .append("\r\n");
    head.append("Date: ")
        .append(HttpDate.format(options.clock().instant()))
        .append("\r\nServer: countersign-sandbox\r\n");
    for (Headers.Field field : response.headers()) {
      head.append(field.name()).append(": ").append(field.value()).append("\r\n");
    }
    if (response.status() != 204) {
      head.append("Content-Length: ").append(length).append("\r\n");
    }
    if (close) {
      head.append("Connection: close\r\n");
    }
    out.write(head.append("\r\n").toString().getBytes(StandardCharsets.UTF_8));
  }

  private static void copy(HttpResponse response, long count, OutputStream out) throws IOException {
    try (InputStream in =
        response.body().open(response.start(), Math.min(count, response.length()))) {
      in.transferTo(out);
    }
  }

  /**
   * Lets the peer read what was sent: a close with unread input would reset the connection and lose
   * it.
   */
  private void lingerAndClose() throws IOException {
    socket.shutdownOutput();
    socket.setSoTimeout(2_000);
    InputStream in = socket.getInputStream();
    byte[] sink = new byte[8192];
    long limit = 1 << 20;
    while (limit > 0) {
      int n;
      try {
        n = in.read(sink);
      } catch (java.net.SocketTimeoutException e) {
        break;
      }
      if (n < 0) {
        break;
      }
      limit -= n;
    }
    closeQuietly(socket);
  }

  private static String reason(int status) {
    return switch (status) {
      case 200 -> "OK";
      case 204 -> "No Content";
      case 206 -> "Partial Content";
      case 304 -> "Not Modified";
      case 400 -> "Bad Request";
      case 403 -> "Forbidden";
      case 404 -> "Not Found";
      case 409 -> "Conflict";
      case 412 -> "Precondition Failed";
      case 416 -> "Requested Range Not Satisfiable";
      case 500 -> "Internal Server Error";
      case 503 -> "Service Unavailable";
      default -> "Status " + status;
    };
  }
}
