public import ResilienceInterfaces

/// Groups are hashes, documents their fields.
extension RedisControlStore: DocumentControlStore {
  /// Writes audit lines and changes in one step.
  public func change(
    _ changes: [ControlDocumentChange], recording records: [AuditRecord]
  ) async throws(ControlStoreFailure) {
    let words = changes.flatMap { change -> [RedisArgument] in
      let text = change.value.map { Self.text($0) }
      return [text == nil ? "remove" : "set", .text(change.space), .text(change.name), .text(text ?? "")]
    }
    _ = try await self.run(ControlScripts.change, self.audits(records) + words)
  }

  /// One field of a hash; nil where there is none.
  public func document<Value: Decodable & Sendable>(
    _ name: String, in space: String
  ) async throws(ControlStoreFailure) -> Value? {
    let answer = try await self.run(ControlScripts.value, [.text(space), .text(name)])
    return answer.bytes == nil ? nil : try self.read(.array([answer]), as: Value.self).first
  }

  /// The values of a hash.
  public func documents<Value: Decodable & Sendable>(
    in space: String
  ) async throws(ControlStoreFailure) -> [Value] {
    try self.read(try await self.run(ControlScripts.values, [.text(space)]), as: Value.self)
  }

  /// A field that is what the first who asked has proposed.
  public func settled(
    _ proposal: String, as name: String, in space: String
  ) async throws(ControlStoreFailure) -> String {
    let words: [RedisArgument] = [.text(space), .text(name), .text(proposal)]
    guard let text = try await self.run(ControlScripts.settle, words).text else { throw self.unreadable("\(name)") }
    return text
  }
}
