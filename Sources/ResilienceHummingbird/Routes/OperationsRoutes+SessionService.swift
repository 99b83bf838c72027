internal import Foundation
internal import HTTPTypes
internal import Hummingbird
internal import ResilienceInterfaces
internal import ResilienceSessions

/// The session service as a whole: health, conflicts, admission; deeds are audited.
extension OperationsRoutes {
  func sessionServiceRoutes() -> [OperationsRoute] {
    [
      OperationsRoute(
        method: .get, template: "/api/sessions/health", access: .role(.viewer),
        summary: "How the session service is: which store serves, success rates, times, what waits.",
        handler: { _ in
          try await self.asProblems { JSONText.response(SessionHealthDocument($0.manager.healthStatus())) }
        }),
      OperationsRoute(
        method: .get, template: "/api/sessions/reconciliation", access: .role(.operator),
        summary: "What became of changes during outages: what waits, conflicts with both forms, what happened when.",
        handler: { _ in try await self.asProblems { JSONText.response(SessionReconciliationDocument($0)) } }),
      OperationsRoute(
        method: .get, template: "/api/sessions/conflicts/{id}", access: .role(.operator),
        summary: "One conflict with both forms: ours, written in the outage, and theirs, which the store has now.",
        handler: { request in
          try await self.asProblems { sessions in
            let (conflict, theirs) = try await sessions.manager.conflict(request.parameter("id"))
            return JSONText.response(SessionReconciliationDocument.Conflict(conflict, theirs: theirs))
          }
        }),
      OperationsRoute(
        method: .post, template: "/api/sessions/admission", access: .role(.operator),
        summary: "Lets a caller in by its role: privileged ones by the identity provider's token, others without.",
        fields: [
          .init(name: "role", type: "string", isRequired: true, summary: "What the caller wants to be."),
          .init(name: "token", type: "string", isRequired: false, summary: "The caller's token of the provider."),
        ], handler: { try await self.admit($0) }),
    ] + self.sessionDeedRoutes()
  }

  private func sessionDeedRoutes() -> [OperationsRoute] {
    [
      OperationsRoute(
        method: .post, template: "/api/sessions/check", access: .role(.operator),
        summary: "Tries the store out now, and closes its breaker and carries over what waits if it serves.",
        fields: [Self.reasonField],
        handler: { request in
          try await self.deed(request, "sessions.check") { sessions, _ in
            JSONText.response(SessionHealthDocument(await sessions.manager.forceHealthCheck()))
          }
        }),
      OperationsRoute(
        method: .post, template: "/api/sessions/clean", access: .role(.operator),
        summary: "Removes what has expired from the store.", fields: [Self.reasonField],
        handler: { request in
          try await self.deed(request, "sessions.clean") { sessions, _ in
            JSONText.response(["removed": try await sessions.manager.cleanUpExpired()])
          }
        }),
      OperationsRoute(
        method: .post, template: "/api/sessions/conflicts/{id}", access: .role(.operator),
        summary: "Ends a conflict of an outage: the store's form stays, ours replaces it, or one made of both.",
        fields: [
          .init(name: "keep", type: "string", isRequired: true, summary: "theirs, ours or merged."),
          .init(name: "state", type: "string", isRequired: false, summary: "For merged: the state as text."),
          .init(name: "attributes", type: "object", isRequired: false, summary: "For merged: texts by name."),
          Self.reasonField,
        ], handler: { try await self.resolve($0) }),
    ]
  }

  private func admit(_ request: OperationsRequest) async throws -> Response {
    let fields = try await request.fields("role", "token")
    let role = try fields.text("role")
    guard (1...64).contains(role.count), role.contains(where: { !$0.isWhitespace }) else {
      throw Problem.unprocessable(
        field: "role", found: "a text of \(role.count) characters",
        allowed: "a role's name, 1 to 64 characters that are not all blank")
    }
    let token = try fields.optionalText("token")
    return try await self.asProblems { sessions in
      guard let admission = sessions.admission else {
        throw Problem.notFound("No identity provider is configured; see sessions.identityProvider.")
      }
      let isProven = try await admission(role, token)
      return JSONText.response(
        ["role": .string(role), "admitted": true, "identityProven": .bool(isProven)] as [String: JSONValue])
    }
  }

  private func resolve(_ request: OperationsRequest) async throws -> Response {
    try await self.deed(request, "sessions.resolve", "keep", "state", "attributes") { sessions, fields in
      let choice: SessionConflict.Choice
      switch try fields.text("keep") {
      case "theirs": choice = .keepTheirs
      case "ours": choice = .takeOurs
      case "merged":
        choice = .merge(
          state: Array(try fields.text("state").utf8),
          attributes: fields.has("attributes") ? try fields.texts("attributes").compactMapValues { $0 } : [:])
      case let other:
        throw Problem.unprocessable(
          field: "keep", found: "'\(other.prefix(50))'", allowed: "theirs, ours or merged")
      }
      let session = try await sessions.manager.resolve(request.parameter("id"), choice)
      return JSONText.response(["session": session.map { SessionDocument($0) }])
    }
  }

  /// Writes a deed down before it is done.
  private func deed(
    _ request: OperationsRequest, _ action: String, _ members: String...,
    body: (OperationsSessions, RequestFields) async throws -> Response
  ) async throws -> Response {
    let fields = try RequestFields(try await request.body(upTo: 4 << 20), allowed: members + ["reason"])
    let reason = try OverrideRequest.checkedReason(try fields.text("reason"))
    return try await self.asProblems { sessions in
      let subject = request.parameters["id"] ?? "sessions"
      if let id = request.parameters["id"], !sessions.manager.conflicts.contains(where: { $0.id == id }) {
        throw Problem.notFound("There is no such conflict; /api/sessions/reconciliation lists those that there are.")
      }
      let before = sessions.manager.healthStatus()
      let after = fields.has("keep") ? "keep \(String(try fields.text("keep").prefix(20)))" : "asked for"
      let record = AuditRecord(
        at: self.clock.now(), actor: request.identity.name, action: action, subject: subject, reason: reason,
        before: "\(before.serving.rawValue), \(before.waitingForPrimary) waiting, \(before.conflicts) conflicts",
        after: after)
      return try await self.audited(record, in: sessions.audit) { try await body(sessions, fields) }
    }
  }

  /// Writes down what is done before it is done; if it is then refused, the audit says so too.
  func audited(
    _ record: AuditRecord, in store: any ControlStore, _ body: () async throws -> Response
  ) async throws -> Response {
    try await self.append(record, to: store)
    do {
      return try await body()
    } catch {
      // The kind alone: an error's text may name the session, and where stores are.
      let after = if let error = error as? SessionError { "not done: \(error.kind.rawValue)" } else { "not done" }
      try await self.append(
        AuditRecord(
          at: self.clock.now(), actor: record.actor, action: record.action, subject: record.subject,
          reason: record.reason, before: record.before, after: after), to: store)
      throw error
    }
  }

  private func append(_ record: AuditRecord, to store: any ControlStore) async throws(ControlFailure) {
    do throws(ControlStoreFailure) {
      try await store.appendAudit(record)
    } catch {
      throw .storage(error)
    }
  }
}
