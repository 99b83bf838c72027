/// Requests of one ordering key that a program keeps because its dependency `mail` refuses them.
enum QueuePosts {
  /// Posts texts one after the other, and tells those that were acknowledged.
  ///
  /// Ends at the first that finds nobody.
  static func post(_ texts: [String], _ program: ServedProgram) async -> [String] {
    var acknowledged: [String] = []
    for text in texts {
      let fields = [("X-Resilience-Ordering-Key", "k"), ("Idempotency-Key", String(text.prefix(20)))]
      let answer = try? await HTTP.send(
        "POST", program.gateway, "/mail/", fields, body: text, timeout: .seconds(10))
      guard let answer else { return acknowledged }
      if answer.status == 202 { acknowledged.append(text) }
    }
    return acknowledged
  }

  /// Whether nothing waits, and nothing is being delivered.
  static func isDrained(_ program: ServedProgram) async throws -> Bool {
    let queue = try await program.operate("GET", "/api/queue").json.elements.first
    return queue == nil
      || (queue?["waiting"].double == 0 && queue?["blocked"].double == 0 && queue?["claimed"].double == 0)
  }
}
