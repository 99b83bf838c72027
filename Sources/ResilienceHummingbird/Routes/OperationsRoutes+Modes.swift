internal import HTTPTypes
internal import Hummingbird
internal import ResilienceInterfaces

extension OperationsRoutes {
  /// What the program can be told about modes, toggles, notices and reviews.
  ///
  /// - Throws: `Problem` where it has none of them.
  func degradationControl() throws(Problem) -> any DegradationControl {
    guard let control = self.plane.degradationControl() else {
      throw .notFound("This program has neither modes nor toggles that can be changed.")
    }
    return control
  }

  static let lengthField = OperationsRoute.Field(
    name: "for", type: "string", isRequired: false, summary: "How long, such as 10m; left out = until removed.")

  func modeRoutes() -> [OperationsRoute] {
    [
      OperationsRoute(
        method: .put, template: "/health/degradation/mode", access: .role(.operator),
        summary: "Chooses a degradation mode by hand; kept across a restart.",
        fields: [
          .init(
            name: "mode", type: "string", isRequired: true,
            summary: "normal, partial, readOnly, offline or emergency."),
          Self.reasonField, Self.lengthField,
        ],
        handler: { request in
          let control = try self.degradationControl()
          let fields = try await request.fields("mode", "reason", "for")
          let wish = try ModeRequest(
            mode: try fields.text("mode"), reason: try fields.text("reason"),
            duration: try fields.optionalText("for"))
          return JSONText.response(try await control.setMode(wish, actor: request.identity.name))
        }),
      OperationsRoute(
        method: .delete, template: "/health/degradation/mode", access: .role(.operator),
        summary: "Takes the choice back: rules decide again.", fields: [Self.reasonField],
        handler: { request in
          let control = try self.degradationControl()
          let reason = try await self.reason(request)
          return JSONText.response(try await control.withdrawMode(reason: reason, actor: request.identity.name))
        }),
      OperationsRoute(
        method: .get, template: "/api/notices", access: .role(.viewer),
        summary: "What users are told: what is true at present, and what was published lately.",
        handler: { _ in JSONText.response(try await self.degradationControl().notices()) }),
    ]
  }
}
