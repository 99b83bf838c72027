import Resilience
import ResilienceTelemetry

/// A collector that answers as it is told, and remembers what it was sent.
final class ScriptedCollector: OTLPTransport {
  struct Request: Sendable {
    let path: String
    let body: String
    let at: Instant
  }

  private let runtime: Runtime
  private let answer: @Sendable (_ number: Int, _ at: Instant) throws -> OTLPAnswer
  private let received = Lock<[Request]>([])

  init(_ runtime: Runtime, _ answer: @escaping @Sendable (_ number: Int, _ at: Instant) throws -> OTLPAnswer) {
    self.runtime = runtime
    self.answer = answer
  }

  var requests: [Request] { self.received.withLock { $0 } }

  func requests(_ signal: OTLPSignal) -> [Request] { self.requests.filter { $0.path == signal.path } }

  func post(path: String, body: [UInt8]) async throws -> OTLPAnswer {
    let request = Request(path: path, body: String(decoding: body, as: UTF8.self), at: self.runtime.now())
    let number = self.received.withLock { received in
      received.append(request)
      return received.count
    }
    return try self.answer(number, request.at)
  }
}
