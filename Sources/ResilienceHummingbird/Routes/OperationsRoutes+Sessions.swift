internal import Foundation
internal import HTTPTypes
internal import Hummingbird
internal import Logging
internal import ResilienceInterfaces
internal import ResilienceSessions

/// Sessions for services in any language: one at a time.
extension OperationsRoutes {
  /// Ids that name routes, and so no sessions.
  private static let reservedIDs: Set<String> = [
    "health", "check", "clean", "reconciliation", "conflicts", "admission",
  ]
  private static let stateFields: [OperationsRoute.Field] = [
    .init(name: "state", type: "string", isRequired: false, summary: "What it holds, as text; most often JSON."),
    .init(name: "stateBase64", type: "string", isRequired: false, summary: "The same for bytes that are no text."),
    .init(name: "attributes", type: "object", isRequired: false, summary: "Small facts by name, for lists; texts."),
    .init(
      name: "lifetimeSeconds", type: "number", isRequired: false,
      summary: "How long it lives from now; left out = as configured."),
  ]

  /// Everything below `/api/sessions`.
  func storedSessionRoutes() -> [OperationsRoute] {
    self.sessionServiceRoutes() + [
      OperationsRoute(
        method: .get, template: "/api/sessions", access: .role(.operator),
        summary: "Sessions in the order of their ids, without their states; attribute.NAME=VALUE filters.",
        query: [
          .init(name: "after", type: "string", isRequired: false, summary: "Only sessions behind this id."),
          .init(name: "limit", type: "integer", isRequired: false, summary: "1 to 1000; default 100."),
        ], handler: { try await self.listSessions($0) }),
      OperationsRoute(
        method: .post, template: "/api/sessions", access: .role(.operator),
        summary: "Makes a session; without an id one of 128 random bits. 201 with Location and ETag; 409: it exists.",
        fields: [.init(name: "id", type: "string", isRequired: false, summary: "Its name.")] + Self.stateFields,
        handler: { try await self.createSession($0) }),
      OperationsRoute(
        method: .get, template: "/api/sessions/{id}", access: .role(.operator),
        summary: "One session with its state; its version is the ETag.",
        handler: { request in
          try await self.session(request) { sessions, id in
            Self.response(try await sessions.manager.get(id))
          }
        }),
      OperationsRoute(
        method: .put, template: "/api/sessions/{id}", access: .role(.operator),
        summary: "Changes what is given and keeps the rest; expects a version by If-Match (412) or a member (409).",
        fields: Self.stateFields + [
          .init(name: "version", type: "integer", isRequired: false, summary: "The version that the change is made on.")
        ], handler: { try await self.updateSession($0) }),
      OperationsRoute(
        method: .delete, template: "/api/sessions/{id}", access: .role(.operator),
        summary: "Removes a session; expects a version by If-Match (412). With a reason: audited, and answered by 200.",
        fields: [.init(name: "reason", type: "string", isRequired: false, summary: "Why a person does it.")],
        handler: { try await self.deleteSession($0) }),
    ]
  }

  /// Runs a body on the session that the path names, and turns its errors into problems.
  func session(
    _ request: OperationsRequest, _ body: (OperationsSessions, SessionID) async throws -> Response
  ) async throws -> Response {
    try await self.asProblems(isPrecondition: request.request.headers[.ifMatch] != nil) { sessions in
      try await body(sessions, try SessionID(request.parameter("id")))
    }
  }

  /// Runs a body, and turns the errors of sessions into problems.
  func asProblems(
    isPrecondition: Bool = false, _ body: (OperationsSessions) async throws -> Response
  ) async throws -> Response {
    guard let kept = self.keptSessions else {
      throw Problem.notFound("No sessions are kept here; the section 'sessions' of the configuration says where.")
    }
    do {
      return try await body(kept)
    } catch let error as SessionError {
      if error.kind == .serviceUnavailable || error.kind == .storageCorrupted {
        self.logger.warning("a session's operation failed", metadata: ["reason": "\(error)"])
      }
      throw Problem(error, isPrecondition: isPrecondition)
    }
  }

  /// A service's deletion is its data and is not audited; a person's, who says why, is.
  private func deleteSession(_ request: OperationsRequest) async throws -> Response {
    let body = try await request.body()
    guard body.readableBytes > 0 else {
      return try await self.session(request) { sessions, id in
        try await sessions.manager.delete(id, expecting: try Self.precondition(request))
        return Response(status: .noContent)
      }
    }
    let reason = try OverrideRequest.checkedReason(try RequestFields(body, allowed: ["reason"]).text("reason"))
    return try await self.session(request) { sessions, id in
      let expected = try Self.precondition(request)
      let session = try await sessions.manager.get(id)
      let record = AuditRecord(
        at: self.clock.now(), actor: request.identity.name, action: "sessions.delete", subject: id.text, reason: reason,
        before: "version \(session.version)", after: "none")
      return try await self.audited(record, in: sessions.audit) {
        try await sessions.manager.delete(id, expecting: expected ?? session.version)
        return JSONText.response(["removed": id.text])
      }
    }
  }

  private func listSessions(_ request: OperationsRequest) async throws -> Response {
    try await self.asProblems { sessions in
      var limit = 100
      if let text = request.query("limit") {
        guard let number = Int(text) else {
          throw Problem.unprocessable(field: "limit", found: "'\(text.prefix(50))'", allowed: "1 to 1000")
        }
        limit = number
      }
      var filters: [String: String] = [:]
      for (name, value) in request.request.uri.queryParameters {
        // Values come decoded, names do not.
        guard let name = PercentEncoding.decoded(name) else {
          throw Problem.malformed("The query has a wrong percent escape.")
        }
        guard name.hasPrefix("attribute.") else { continue }
        filters[String(name.dropFirst("attribute.".count))] = String(value)
      }
      let page = try await sessions.manager.list(
        after: try request.query("after").map { try SessionID($0) }, limit: limit, where: filters)
      return JSONText.response(SessionPageDocument(page))
    }
  }

  private func createSession(_ request: OperationsRequest) async throws -> Response {
    try await self.asProblems { sessions in
      let fields = try await self.sessionFields(
        request, sessions, ["id", "state", "stateBase64", "attributes", "lifetimeSeconds"])
      let id = try fields.optionalText("id")
      if let id, Self.reservedIDs.contains(id) {
        throw Problem.unprocessable(field: "id", found: "'\(id)', which names a route", allowed: "another id")
      }
      let session = try await sessions.manager.create(
        try id.map { try SessionID($0) }, state: try Self.state(fields) ?? [],
        attributes: try Self.attributes(fields) ?? [:],
        lifetime: try Self.lifetime(fields))
      return Self.response(session, status: .created)
    }
  }

  private func updateSession(_ request: OperationsRequest) async throws -> Response {
    try await self.session(request) { sessions, id in
      let fields = try await self.sessionFields(
        request, sessions, ["state", "stateBase64", "attributes", "lifetimeSeconds", "version"])
      let state = try Self.state(fields)
      let attributes = try Self.attributes(fields)
      var expected = try Self.precondition(request)
      if expected == nil, fields.has("version") { expected = Int64(try fields.integer("version", default: 0)) }
      let session = try await sessions.manager.update(id, expecting: expected, lifetime: try Self.lifetime(fields)) {
        if let state { $0.state = state }
        if let attributes { $0.attributes = attributes }
      }
      return Self.response(session)
    }
  }

  /// The body's members; a state in JSON or base64 takes more room than its bytes.
  private func sessionFields(
    _ request: OperationsRequest, _ sessions: OperationsSessions, _ allowed: [String]
  ) async throws -> RequestFields {
    let room = sessions.manager.configuration.maxStateBytes * 6 + OperationsRequest.largestBody
    return try RequestFields(try await request.body(upTo: min(room, 64 << 20)), allowed: allowed)
  }

  private static func state(_ fields: RequestFields) throws(Problem) -> [UInt8]? {
    if let text = try fields.optionalText("state") {
      guard !fields.has("stateBase64") else {
        throw .unprocessable(field: "stateBase64", found: "given beside 'state'", allowed: "one of them")
      }
      return Array(text.utf8)
    }
    guard let text = try fields.optionalText("stateBase64") else { return nil }
    guard let bytes = Data(base64Encoded: text) else {
      throw .unprocessable(field: "stateBase64", found: "no base64", allowed: "base64")
    }
    return Array(bytes)
  }

  private static func attributes(_ fields: RequestFields) throws(Problem) -> [String: String]? {
    guard fields.has("attributes") else { return nil }
    return try fields.texts("attributes").compactMapValues { $0 }
  }

  private static func lifetime(_ fields: RequestFields) throws(Problem) -> Duration? {
    guard fields.has("lifetimeSeconds") else { return nil }
    let seconds = try fields.number("lifetimeSeconds", default: 0)
    guard seconds > 0, seconds <= 315_360_000 else {
      throw .unprocessable(
        field: "lifetimeSeconds", found: RequestFields.text(seconds), allowed: "more than 0, at most 315360000")
    }
    return .milliseconds(max(1, Int64(seconds * 1_000)))
  }

  /// The version in `If-Match`; nil without the field, and for `*`.
  private static func precondition(_ request: OperationsRequest) throws(Problem) -> Int64? {
    guard let text = request.request.headers[.ifMatch], text != "*" else { return nil }
    guard text.count > 2, text.hasPrefix("\""), text.hasSuffix("\""), let version = Int64(text.dropFirst().dropLast())
    else {
      throw .malformed("If-Match has to be a session's ETag, such as \"3\".")
    }
    return version
  }

  private static func response(_ session: ResilienceSessions.Session, status: HTTPResponse.Status = .ok) -> Response {
    var response = JSONText.response(SessionDocument(session), status: status)
    response.headers[.eTag] = "\"\(session.version)\""
    if status == .created { response.headers[.location] = "/api/sessions/\(session.id.text)" }
    return response
  }
}
