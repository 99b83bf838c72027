internal import HTTPTypes
internal import Hummingbird
internal import ResilienceInterfaces

extension OperationsRoutes {
  func healingRoutes() -> [OperationsRoute] {
    self.healingReadRoutes() + self.healingWriteRoutes()
  }

  private func healingReadRoutes() -> [OperationsRoute] {
    [
      OperationsRoute(
        method: .get, template: "/api/healing", access: .role(.viewer),
        summary: "Healing workflows, supervised processes, the global stop, success rate and mean time to recovery.",
        handler: { _ in JSONText.response(await (try self.healing()).status()) }),
      OperationsRoute(
        method: .get, template: "/api/healing/runs", access: .role(.viewer),
        summary: "The newest healing runs with their steps, newest first.",
        query: [.init(name: "limit", type: "integer", isRequired: false, summary: "1 to 1000; default 100.")],
        handler: { request in
          let text = request.query("limit") ?? "100"
          guard let limit = Int(text), (1...1000).contains(limit) else {
            throw Problem.unprocessable(field: "limit", found: "'\(text.prefix(50))'", allowed: "1 to 1000")
          }
          return JSONText.response(try await self.healing().runs(limit: limit))
        }),
    ]
  }

  private func healingWriteRoutes() -> [OperationsRoute] {
    let dryRunField = OperationsRoute.Field(
      name: "dryRun", type: "boolean", isRequired: false, summary: "Only say what would be done; default false.")
    return [
      OperationsRoute(
        method: .post, template: "/api/healing/{workflow}/run", access: .role(.operator),
        summary: "Starts a workflow; answers with the run, which goes on by itself.",
        fields: [Self.reasonField, dryRunField],
        handler: { request in
          let fields = try await request.fields("reason", "dryRun")
          return JSONText.response(
            try await self.healing().start(
              request.parameter("workflow"), dryRun: try fields.boolean("dryRun", default: false),
              reason: try fields.text("reason"), actor: request.identity.name), status: .accepted)
        }),
      OperationsRoute(
        method: .post, template: "/api/healing/runs/{id}/rollback", access: .role(.operator),
        summary: "Undoes what an ended run has changed and what can be undone.", fields: [Self.reasonField],
        handler: { request in
          let reason = try await request.fields("reason").text("reason")
          return JSONText.response(
            try await self.healing().rollBack(
              run: request.parameter("id"), reason: reason, actor: request.identity.name))
        }),
      OperationsRoute(
        method: .put, template: "/api/healing/stop", access: .role(.operator),
        summary: "Stops all healing at once; kept across a restart.", fields: [Self.reasonField],
        handler: { request in
          let reason = try await request.fields("reason").text("reason")
          return JSONText.response(try await self.healing().stop(reason: reason, actor: request.identity.name))
        }),
      OperationsRoute(
        method: .delete, template: "/api/healing/stop", access: .role(.operator), summary: "Ends the global stop.",
        fields: [Self.reasonField],
        handler: { request in
          let reason = try await request.fields("reason").text("reason")
          return JSONText.response(try await self.healing().resume(reason: reason, actor: request.identity.name))
        }),
    ]
  }

  private func healing() throws(Problem) -> any HealingPlane {
    guard let healing = self.plane.healing else { throw .notFound("This program heals nothing.") }
    return healing
  }
}
