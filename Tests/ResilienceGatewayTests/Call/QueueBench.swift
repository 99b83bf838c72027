import Resilience
import ResilienceConfiguration
import ResilienceInterfaces
import Testing

@testable import ResilienceGateway

/// A data plane with one dependency, `mail`, that is away and whose requests are kept; nothing is delivered.
struct QueueBench {
  /// An answer as it came.
  struct Answer {
    let status: Int
    let text: String

    init(_ text: String) throws {
      let words = text.split(separator: " ", maxSplits: 2)
      self.status = try #require(words.count > 1 ? Int(words[1]) : nil)
      self.text = text
    }

    /// The value of a field; nil if there is none.
    func field(_ name: String) -> String? {
      let lines = self.text.split(separator: "\r\n")
      let line = lines.first { $0.lowercased().hasPrefix(name.lowercased() + ": ") }
      return line.map { String($0.dropFirst(name.utf8.count + 2)) }
    }
  }

  let store = ScriptedQueueStore()
  let transport = CountingTransport()
  let dependencies: Dependencies
  let service: GatewayService

  /// - Parameter queue: Settings of the queue besides its methods.
  init(_ queue: String = "") throws {
    let dependencies = try Dependencies(
      """
      mail:
        url: http://10.0.0.7:8443
        retry: false
        circuitBreaker: false
        fallback: [{ queue: { methods: [POST]\(queue.isEmpty ? "" : ", " + queue) } }]
      """, transport: self.transport)
    let queues = GatewayQueues(
      store: self.store, encryptionKey: nil, feed: dependencies.feed, metrics: dependencies.metrics)
    self.dependencies = dependencies
    self.service = GatewayService(
      DependencyTable(
        GatewaySettings(ServiceConfiguration(), viaName: "bench", queues: queues), dependencies.all))
  }

  /// Posts a body and gives the answer.
  ///
  /// - Parameters:
  ///   - body: The body; of one character, so that its length is known.
  ///   - fields: Lines of the head.
  ///   - isChunked: Whether the body comes without a length.
  func post(_ body: Character, _ fields: [String] = [], isChunked: Bool = false) async throws -> Answer {
    let framing = isChunked ? "Transfer-Encoding: chunked" : "Content-Length: 1"
    let content = isChunked ? "1\r\n\(body)\r\n0\r\n\r\n" : "\(body)"
    let head = ["POST /mail/send HTTP/1.1", "Host: gateway", "Connection: close", framing] + fields
    return try await self.send(head.joined(separator: "\r\n") + "\r\n\r\n" + content, to: self.service)
  }

  /// Sends a request as it is to a handler.
  func send(_ text: String, to handler: any GatewayHandler) async throws -> Answer {
    try await withServer(handler) { _, port in try Answer(try await answer(to: text, port)) }
  }
}
