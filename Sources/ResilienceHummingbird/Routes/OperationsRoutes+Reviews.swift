internal import HTTPTypes
internal import Hummingbird
internal import ResilienceInterfaces

extension OperationsRoutes {
  func reviewRoutes() -> [OperationsRoute] {
    [
      OperationsRoute(
        method: .get, template: "/api/review", access: .role(.operator),
        summary: "Requests that wait for a person's decision, newest first. Holds what callers sent.",
        query: [
          .init(
            name: "state", type: "string", isRequired: false,
            summary: "pending, sending, approved, discarded or all; default pending."),
          .init(name: "limit", type: "integer", isRequired: false, summary: "1 to 1000; default 100."),
        ], handler: self.reviews),
      OperationsRoute(
        method: .get, template: "/api/review/{id}", access: .role(.operator), summary: "One request.",
        handler: { request in
          JSONText.response(try await self.degradationControl().review(request.parameter("id")))
        }),
      OperationsRoute(
        method: .put, template: "/api/review/{id}", access: .role(.operator), summary: "Replaces the request's body.",
        fields: [.init(name: "body", type: "string", isRequired: true, summary: "The new body."), Self.reasonField],
        handler: { request in
          let control = try self.degradationControl()
          let fields = try await request.fields("body", "reason")
          return JSONText.response(
            try await control.editReview(
              request.parameter("id"), body: try fields.text("body"), reason: try fields.text("reason"),
              actor: request.identity.name))
        }),
      OperationsRoute(
        method: .post, template: "/api/review/{id}/approve", access: .role(.operator),
        summary: "Approves the request: it is sent to its dependency, or only marked, as configured.",
        fields: [Self.reasonField],
        handler: { request in
          let control = try self.degradationControl()
          let reason = try await self.reason(request)
          return JSONText.response(
            try await control.approveReview(request.parameter("id"), reason: reason, actor: request.identity.name))
        }),
      OperationsRoute(
        method: .post, template: "/api/review/{id}/discard", access: .role(.operator), summary: "Discards the request.",
        fields: [Self.reasonField],
        handler: { request in
          let control = try self.degradationControl()
          let reason = try await self.reason(request)
          return JSONText.response(
            try await control.discardReview(request.parameter("id"), reason: reason, actor: request.identity.name))
        }),
    ]
  }

  @Sendable private func reviews(_ request: OperationsRequest) async throws -> Response {
    let control = try self.degradationControl()
    let text = request.query("limit") ?? "100"
    guard let limit = Int(text), (1...1_000).contains(limit) else {
      throw Problem.unprocessable(field: "limit", found: "'\(text.prefix(50))'", allowed: "1 to 1000")
    }
    let state = request.query("state") ?? "pending"
    guard state == "all" || ReviewItem.State(rawValue: state) != nil else {
      let allowed = ReviewItem.State.allCases.map(\.rawValue).joined(separator: ", ")
      throw Problem.unprocessable(field: "state", found: "'\(state.prefix(50))'", allowed: allowed + ", all")
    }
    return JSONText.response(try await control.reviews(ReviewItem.State(rawValue: state), limit: limit))
  }
}
