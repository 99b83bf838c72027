internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import ResilienceInterfaces

/// The OpenFeature Remote Evaluation Protocol (OFREP 0.2): existing providers of any language can ask for toggles.
///
/// `targetingKey` of the context is the key of percentages, `tier` the asker's tier; everything else is not looked at.
extension OperationsRoutes {
  private static let contextField = OperationsRoute.Field(
    name: "context", type: "object", isRequired: false,
    summary: "OpenFeature's evaluation context: targetingKey and tier are looked at.")

  func remoteEvaluationRoutes() -> [OperationsRoute] {
    [
      OperationsRoute(
        method: .post, template: "/ofrep/v1/evaluate/flags/{key}", access: .role(.viewer),
        summary: "Evaluates one toggle (OpenFeature Remote Evaluation Protocol).", fields: [Self.contextField],
        handler: { request in try await self.evaluate(request) }),
      OperationsRoute(
        method: .post, template: "/ofrep/v1/evaluate/flags", access: .role(.viewer),
        summary: "Evaluates all toggles (OpenFeature Remote Evaluation Protocol).", fields: [Self.contextField],
        handler: { request in try await self.evaluateAll(request) }),
    ]
  }

  private func evaluate(_ request: OperationsRequest) async throws -> Response {
    let control = try self.degradationControl()
    let name = request.parameter("key")
    guard let context = Self.context(try await request.body()) else {
      return Self.failure(name, "PARSE_ERROR", "The body is no JSON object with an object 'context'.", .badRequest)
    }
    guard let toggle = await control.toggle(named: name) else {
      return Self.failure(name, "FLAG_NOT_FOUND", "No toggle has that name; /api/toggles lists them.", .notFound)
    }
    if context.key == nil, toggle.percentage > 0, toggle.percentage < 100 {
      return Self.failure(
        name, "TARGETING_KEY_MISSING", "A percentage decides; send a targetingKey in the context.", .badRequest)
    }
    guard let evaluation = await control.evaluateToggle(name, key: context.key, tier: context.tier) else {
      return Self.failure(name, "FLAG_NOT_FOUND", "No toggle has that name; /api/toggles lists them.", .notFound)
    }
    return JSONText.response(Self.document(evaluation))
  }

  private func evaluateAll(_ request: OperationsRequest) async throws -> Response {
    let control = try self.degradationControl()
    guard let context = Self.context(try await request.body()) else {
      return JSONText.response(
        ["errorCode": "PARSE_ERROR", "errorDetails": "The body is no JSON object with an object 'context'."]
          as JSONValue, status: .badRequest)
    }
    var flags: [JSONValue] = []
    for toggle in await control.toggles() {
      if let evaluation = await control.evaluateToggle(toggle.name, key: context.key, tier: context.tier) {
        flags.append(Self.document(evaluation))
      }
    }
    return JSONText.response(["flags": .array(flags)] as JSONValue)
  }

  private static func document(_ evaluation: ToggleEvaluation) -> JSONValue {
    var members: [String: JSONValue] = [
      "key": .string(evaluation.toggle), "value": .bool(evaluation.isEnabled), "variant": .string(evaluation.variant),
      "reason": .string(evaluation.reason.rawValue.uppercased()),
    ]
    if let cause = evaluation.cause { members["metadata"] = ["cause": .string(cause)] }
    return .object(members)
  }

  private static func failure(
    _ key: String, _ code: String, _ details: String, _ status: HTTPResponse.Status
  ) -> Response {
    JSONText.response(
      ["key": .string(String(key.prefix(100))), "errorCode": .string(code), "errorDetails": .string(details)]
        as JSONValue, status: status)
  }

  /// What an evaluation context says; nil where the body is none.
  private static func context(_ body: ByteBuffer) -> (key: String?, tier: String?)? {
    guard body.readableBytes > 0 else { return (nil, nil) }
    guard case .object(let members)? = JSONText.decode(body) else { return nil }
    switch members["context"] {
    case nil, .null: return (nil, nil)
    case .object(let context):
      func text(_ name: String) -> String? { if case .string(let text)? = context[name] { text } else { nil } }
      return (text("targetingKey"), text("tier"))
    case .bool, .number, .string, .array: return nil
    }
  }
}
