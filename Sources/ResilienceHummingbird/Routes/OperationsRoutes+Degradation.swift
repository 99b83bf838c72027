internal import HTTPTypes
internal import ResilienceInterfaces

extension OperationsRoutes {
  func degradationRoutes() -> [OperationsRoute] {
    [
      OperationsRoute(
        method: .get, template: "/health/degradation", access: .role(.viewer),
        summary: "How far the service has stepped back from its full function.",
        handler: { _ in JSONText.response(await self.plane.degradation()) }),
      OperationsRoute(
        method: .post, template: "/health/degradation/reset", access: .role(.operator),
        summary: "Goes back to full function.", fields: [Self.reasonField],
        handler: { request in
          let fields = try await request.fields("reason")
          let reason = try OverrideRequest.checkedReason(try fields.text("reason"))
          return JSONText.response(
            try await self.plane.resetDegradation(reason: reason, actor: request.identity.name))
        }),
    ]
  }
}
