internal import HTTPTypes
internal import Hummingbird
internal import ResilienceInterfaces

extension OperationsRoutes {
  func toggleRoutes() -> [OperationsRoute] {
    [
      OperationsRoute(
        method: .get, template: "/api/toggles", access: .role(.viewer), summary: "All feature toggles.",
        handler: { _ in JSONText.response(try await self.degradationControl().toggles()) }),
      OperationsRoute(
        method: .get, template: "/api/toggles/{name}", access: .role(.viewer), summary: "One feature toggle.",
        handler: { request in
          let control = try self.degradationControl()
          let name = request.parameter("name")
          if let toggle = await control.toggle(named: name) { return JSONText.response(toggle) }
          throw ControlFailure.unknownToggle(name: name, known: await control.toggles().map(\.name))
        }),
      OperationsRoute(
        method: .put, template: "/api/toggles/{name}", access: .role(.operator),
        summary: "Switches a feature; what is left out stays as configured. Kept across a restart.",
        fields: [
          .init(name: "enabled", type: "boolean", isRequired: false, summary: "Whether it is on at all."),
          .init(name: "percentage", type: "number", isRequired: false, summary: "For how many of 100 keys, 0 to 100."),
          .init(name: "tiers", type: "array", isRequired: false, summary: "Names of tiers; empty for all."),
          Self.reasonField, Self.lengthField,
        ], handler: self.setToggle),
      OperationsRoute(
        method: .delete, template: "/api/toggles/{name}", access: .role(.operator),
        summary: "Gives a feature back to its configuration.", fields: [Self.reasonField],
        handler: { request in
          let control = try self.degradationControl()
          let reason = try await self.reason(request)
          return JSONText.response(
            try await control.removeToggleOverride(
              named: request.parameter("name"), reason: reason, actor: request.identity.name))
        }),
      OperationsRoute(
        method: .get, template: "/api/toggles/{name}/evaluate", access: .role(.viewer),
        summary: "What a toggle says to one asker, and why.",
        query: [
          .init(name: "key", type: "string", isRequired: false, summary: "Who asks, for percentages."),
          .init(name: "tier", type: "string", isRequired: false, summary: "The asker's tier."),
        ],
        handler: { request in
          let control = try self.degradationControl()
          let name = request.parameter("name")
          let answer = await control.evaluateToggle(name, key: request.query("key"), tier: request.query("tier"))
          if let answer { return JSONText.response(answer) }
          throw ControlFailure.unknownToggle(name: name, known: await control.toggles().map(\.name))
        }),
    ]
  }

  @Sendable private func setToggle(_ request: OperationsRequest) async throws -> Response {
    let control = try self.degradationControl()
    let fields = try await request.fields("enabled", "percentage", "tiers", "reason", "for")
    let wish = try ToggleRequest(
      isEnabled: try fields.has("enabled") ? fields.boolean("enabled", default: true) : nil,
      percentage: try fields.has("percentage") ? fields.number("percentage", default: 100) : nil,
      tiers: try fields.optionalTexts("tiers"), reason: try fields.text("reason"),
      duration: try fields.optionalText("for"))
    return JSONText.response(
      try await control.setToggle(wish, named: request.parameter("name"), actor: request.identity.name))
  }
}
