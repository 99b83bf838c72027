internal import HTTPTypes
internal import Hummingbird
internal import ResilienceInterfaces

extension OperationsRoutes {
  func exampleRoutes() -> [OperationsRoute] {
    [
      OperationsRoute(
        method: .get, template: "/api/examples/{name}/faults", access: .role(.viewer),
        summary: "The faults of a built-in example upstream.", handler: self.faults),
      OperationsRoute(
        method: .put, template: "/api/examples/{name}/faults", access: .role(.operator),
        summary: "Switches the faults of a built-in example upstream; what is left out is switched off.",
        fields: [
          .init(name: "errorRate", type: "number", isRequired: false, summary: "Share of 503 answers, 0 to 1."),
          .init(
            name: "latencyMilliseconds", type: "integer", isRequired: false, summary: "Added delay, 0 to 60000."),
          .init(name: "reset", type: "boolean", isRequired: false, summary: "Resets connections."),
          .init(name: "hang", type: "boolean", isRequired: false, summary: "Never answers."),
        ], handler: self.setFaults),
    ]
  }

  @Sendable private func faults(_ request: OperationsRequest) async throws -> Response {
    let name = request.parameter("name")
    let examples = await self.plane.examples()
    guard let example = examples.first(where: { $0.name == name }) else {
      throw ControlFailure.unknownExample(name: name, known: examples.map(\.name))
    }
    return JSONText.response(example)
  }

  @Sendable private func setFaults(_ request: OperationsRequest) async throws -> Response {
    let fields = try await request.fields("errorRate", "latencyMilliseconds", "reset", "hang")
    let faults = FaultSettings(
      errorRate: try fields.number("errorRate", default: 0),
      latencyMilliseconds: try fields.integer("latencyMilliseconds", default: 0),
      reset: try fields.boolean("reset", default: false), hang: try fields.boolean("hang", default: false))
    try faults.validate()
    return JSONText.response(
      try await self.plane.setFaults(faults, ofExample: request.parameter("name"), actor: request.identity.name))
  }
}
