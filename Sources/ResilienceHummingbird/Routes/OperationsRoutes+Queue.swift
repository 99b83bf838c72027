internal import HTTPTypes
internal import Hummingbird
internal import ResilienceInterfaces

extension OperationsRoutes {
  func queueRoutes() -> [OperationsRoute] {
    let page: [OperationsRoute.Field] = [
      .init(name: "queue", type: "string", isRequired: false, summary: "Only this queue; left out = all."),
      .init(name: "after", type: "integer", isRequired: false, summary: "Only items behind this sequence."),
      .init(name: "limit", type: "integer", isRequired: false, summary: "1 to 1000; default 100."),
    ]
    let state = OperationsRoute.Field(
      name: "state", type: "string", isRequired: false,
      summary: "waiting, blocked, claimed, completed or dead; default waiting.")
    return [
      OperationsRoute(
        method: .get, template: "/api/queue", access: .role(.viewer),
        summary: "Every queue: how much it holds, and how it is drained.",
        handler: { _ in JSONText.response(try await self.queueControl().queues()) }),
      OperationsRoute(
        method: .get, template: "/api/queue/items", access: .role(.viewer),
        summary: "Items in one state, in the order of enqueuing; without what is in them.", query: page + [state],
        handler: { try await self.items($0, state: $0.query("state") ?? "waiting") }),
      OperationsRoute(
        method: .get, template: "/api/queue/dead", access: .role(.viewer),
        summary: "Dead letters and what they are dead of, in the order of enqueuing.", query: page,
        handler: { try await self.items($0, state: "dead") }),
      OperationsRoute(
        method: .get, template: "/api/queue/items/{id}", access: .role(.viewer), summary: "One item.",
        handler: { JSONText.response(try await self.queueControl().queueItem($0.parameter("id"))) }),
    ] + self.queueWriteRoutes()
  }

  private func queueWriteRoutes() -> [OperationsRoute] {
    [
      OperationsRoute(
        method: .post, template: "/api/queue/dead/{id}/replay", access: .role(.operator),
        summary: "Makes a dead letter due again.", fields: [Self.reasonField],
        handler: { request in
          let reason = try await self.queueReason(request)
          return JSONText.response(
            try await self.queueControl().replayQueueItem(
              request.parameter("id"), reason: reason, actor: request.identity.name))
        }),
      OperationsRoute(
        method: .post, template: "/api/queue/dead/replay", access: .role(.operator),
        summary: "Makes all dead letters of a queue, or of all queues, due again in their order.",
        fields: [
          Self.reasonField,
          .init(name: "queue", type: "string", isRequired: false, summary: "Only this queue; left out = all."),
        ],
        handler: { request in
          let fields = try await request.fields("reason", "queue")
          let reason = try OverrideRequest.checkedReason(try fields.text("reason"))
          let replayed = try await self.queueControl().replayDeadLetters(
            ofQueue: try fields.optionalText("queue"), reason: reason, actor: request.identity.name)
          return JSONText.response(["replayed": replayed])
        }),
      OperationsRoute(
        method: .delete, template: "/api/queue/items/{id}", access: .role(.operator),
        summary: "Removes an item for good; not while it is worked on.", fields: [Self.reasonField],
        handler: { request in
          let reason = try await self.queueReason(request)
          return JSONText.response(
            try await self.queueControl().purgeQueueItem(
              request.parameter("id"), reason: reason, actor: request.identity.name))
        }),
      OperationsRoute(
        method: .delete, template: "/api/queue/{name}/dead", access: .role(.operator),
        summary: "Removes all dead letters of a queue for good.", fields: [Self.reasonField],
        handler: { request in
          let reason = try await self.queueReason(request)
          let removed = try await self.queueControl().purgeDeadLetters(
            ofQueue: request.parameter("name"), reason: reason, actor: request.identity.name)
          return JSONText.response(["removed": removed])
        }),
    ]
  }

  private func queueControl() throws(Problem) -> any QueueControl {
    guard let control = self.plane.queueControl else {
      throw .notFound("Nothing is queued here; a dependency with a queue among its fallbacks has one.")
    }
    return control
  }

  private func queueReason(_ request: OperationsRequest) async throws -> String {
    try OverrideRequest.checkedReason(try await request.fields("reason").text("reason"))
  }

  private func items(_ request: OperationsRequest, state: String) async throws -> Response {
    guard let state = QueueItem.State(rawValue: state) else {
      throw Problem.unprocessable(
        field: "state", found: "'\(state.prefix(50))'", allowed: "waiting, blocked, claimed, completed or dead")
    }
    let limit = try self.number(request, "limit", default: 100, in: 1...1000)
    let after = try self.number(request, "after", default: 0, in: 0...Int.max)
    return JSONText.response(
      try await self.queueControl().queueItems(
        of: request.query("queue"), in: state, after: Int64(after), limit: limit))
  }

  private func number(
    _ request: OperationsRequest, _ name: String, default value: Int, in range: ClosedRange<Int>
  ) throws(Problem) -> Int {
    guard let text = request.query(name) else { return value }
    guard let number = Int(text), range.contains(number) else {
      throw .unprocessable(
        field: name, found: "'\(text.prefix(50))'", allowed: "\(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }
}
