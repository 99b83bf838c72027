internal import HTTPTypes
internal import Hummingbird
internal import ResilienceInterfaces

extension OperationsRoutes {
  func overrideRoutes() -> [OperationsRoute] {
    let stateField = OperationsRoute.Field(
      name: "state", type: "string", isRequired: true, summary: "isolated, disabled or observing.")
    let lengthField = OperationsRoute.Field(
      name: "for", type: "string", isRequired: false, summary: "How long, such as 10m; left out = until removed.")
    return [
      OperationsRoute(
        method: .put, template: "/api/breakers/{name}/override", access: .role(.operator),
        summary: "Forces a breaker into a state; kept across a restart.",
        fields: [stateField, Self.reasonField, lengthField], handler: self.setOverride),
      OperationsRoute(
        method: .delete, template: "/api/breakers/{name}/override", access: .role(.operator),
        summary: "Gives a breaker back to itself.", fields: [Self.reasonField],
        handler: { request in
          let reason = try await self.reason(request)
          return JSONText.response(
            try await self.plane.removeOverride(
              ofBreaker: request.parameter("name"), reason: reason, actor: request.identity.name))
        }),
      OperationsRoute(
        method: .post, template: "/api/breakers/{name}/reset", access: .role(.operator),
        summary: "Closes a breaker and empties its window.", fields: [Self.reasonField],
        handler: { request in
          let reason = try await self.reason(request)
          return JSONText.response(
            try await self.plane.resetBreaker(
              request.parameter("name"), reason: reason, actor: request.identity.name))
        }),
    ]
  }

  func reason(_ request: OperationsRequest) async throws -> String {
    try OverrideRequest.checkedReason(try await request.fields("reason").text("reason"))
  }

  @Sendable private func setOverride(_ request: OperationsRequest) async throws -> Response {
    let fields = try await request.fields("state", "reason", "for")
    let override = try OverrideRequest(
      state: try fields.text("state"), reason: try fields.text("reason"), duration: try fields.optionalText("for"))
    return JSONText.response(
      try await self.plane.setOverride(
        override, onBreaker: request.parameter("name"), actor: request.identity.name))
  }
}
