internal import HTTPTypes
internal import Hummingbird
internal import ResilienceInterfaces

extension OperationsRoutes {
  /// The settings of the running configuration, and operators' changes to them.
  func settingRoutes() -> [OperationsRoute] {
    let value = OperationsRoute.Field(
      name: "value", type: "string", isRequired: true,
      summary: "The value as a file would have it (5s, 0.5, true); lists separated by commas or as JSON.")
    return [
      OperationsRoute(
        method: .get, template: "/api/settings", access: .role(.viewer),
        summary: "Settings in force: type, unit, range, default, documentation, value, and where the value comes from.",
        query: [
          .init(
            name: "below", type: "string", isRequired: false,
            summary: "A key such as dependencies.NAME; left out = everything but the dependencies.")
        ], handler: { try await self.settings(below: $0.query("below")) }),
      OperationsRoute(
        method: .patch, template: "/api/settings", access: .role(.operator),
        summary: "Changes several settings together, all of them or none; kept across a restart.",
        fields: [
          .init(
            name: "values", type: "object", isRequired: true,
            summary: "The new value by key; null goes back to what the configuration says."), Self.reasonField,
        ],
        handler: { request in
          let fields = try await request.fields("values", "reason")
          return try await self.change(try fields.texts("values"), fields, request)
        }),
      OperationsRoute(
        method: .get, template: "/api/settings/{key}", access: .role(.viewer), summary: "One setting in force.",
        handler: { request in try await self.setting(request.parameter("key")) }),
      OperationsRoute(
        method: .put, template: "/api/settings/{key}", access: .role(.operator),
        summary: "Changes a setting while the program runs; kept across a restart.",
        fields: [value, Self.reasonField],
        handler: { request in
          let fields = try await request.fields("value", "reason")
          return try await self.change([request.parameter("key"): try fields.text("value")], fields, request)
        }),
      OperationsRoute(
        method: .delete, template: "/api/settings/{key}", access: .role(.operator),
        summary: "Goes back to what the configuration says.", fields: [Self.reasonField],
        handler: { request in
          let fields = try await request.fields("reason")
          return try await self.change([request.parameter("key"): nil], fields, request)
        }),
    ]
  }

  private func settings(below key: String?) async throws -> Response {
    guard let status = await self.plane.settings(below: key) else {
      throw Problem.notFound("This program does not read its configuration while it runs.")
    }
    guard key == nil || !status.settings.isEmpty else {
      throw Problem.notFound("No setting stands at '\((key ?? "").prefix(200))' or below it.")
    }
    return JSONText.response(status)
  }

  private func setting(_ key: String) async throws -> Response {
    guard let found = await self.plane.settings(below: key)?.settings.first(where: { $0.key == key }) else {
      throw Problem.notFound("No setting has the key '\(key.prefix(200))'. GET /api/settings lists what there is.")
    }
    return JSONText.response(found)
  }

  private func change(
    _ values: [String: String?], _ fields: RequestFields, _ request: OperationsRequest
  ) async throws -> Response {
    let reason = try OverrideRequest.checkedReason(try fields.text("reason"))
    return JSONText.response(
      try await self.plane.changeSettings(values, reason: reason, actor: request.identity.name))
  }
}
