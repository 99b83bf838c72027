internal import HTTPTypes
internal import Hummingbird
internal import ResilienceInterfaces

extension OperationsRoutes {
  /// Metrics, audit, events and version.
  func recordRoutes() -> [OperationsRoute] {
    [
      OperationsRoute(
        method: .get, template: "/metrics", access: .role(.viewer),
        summary: "All metrics in Prometheus' text format, or in OpenMetrics 1.0 where Accept asks for it.",
        produces: MetricsFormat.prometheus.contentType, handler: self.metrics),
      OperationsRoute(
        method: .get, template: "/api/audit", access: .role(.viewer),
        summary: "The newest audit lines, newest first; viewers do not read which session a line is about.",
        query: [.init(name: "limit", type: "integer", isRequired: false, summary: "1 to 1000; default 100.")],
        handler: self.audit),
      OperationsRoute(
        method: .get, template: "/api/events", access: .role(.viewer),
        summary: "Server-sent events: a snapshot each second, and what happens as it happens.",
        produces: "text/event-stream", handler: { try self.streams.open($0) }),
      OperationsRoute(
        method: .get, template: "/api/configuration", access: .role(.viewer),
        summary: "Which configuration is in force, and what became of the last one that was read.",
        handler: { _ in
          guard let status = await self.plane.configuration() else {
            throw Problem.notFound("This program does not read its configuration while it runs.")
          }
          return JSONText.response(status)
        }),
      OperationsRoute(
        method: .get, template: "/version", access: .role(.viewer), summary: "The program's version.",
        handler: { _ in JSONText.response(["name": "resilience", "version": self.configuration.version]) }),
    ]
  }

  @Sendable private func metrics(_ request: OperationsRequest) async throws -> Response {
    let format = MetricsFormat(accept: request.request.headers[.accept])
    return Response(
      status: .ok, headers: [.contentType: format.contentType, .vary: "Accept"],
      body: .init(byteBuffer: ByteBuffer(string: await self.plane.metricsText(format))))
  }

  @Sendable private func audit(_ request: OperationsRequest) async throws -> Response {
    let text = request.query("limit") ?? "100"
    guard let limit = Int(text), (1...1000).contains(limit) else {
      throw Problem.unprocessable(field: "limit", found: "'\(text.prefix(50))'", allowed: "1 to 1000")
    }
    let lines = try await self.plane.audit(limit: limit)
    return JSONText.response(request.identity.role < .operator ? lines.map(Self.withoutSession) : lines)
  }

  /// Whoever knows a session can act for its user, so viewers do not read which one a deed was about.
  private static func withoutSession(_ line: AuditEntry) -> AuditEntry {
    guard line.action.hasPrefix("sessions."), line.subject != "sessions" else { return line }
    return AuditEntry(
      id: line.id,
      record: AuditRecord(
        at: line.at, actor: line.actor, action: line.action, subject: "(session)", reason: line.reason,
        before: line.before, after: line.after))
  }
}
