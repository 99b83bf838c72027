import NIOCore
import NIOHTTP1
import Resilience
import ResilienceTelemetry
import Testing

@testable import ResilienceGateway

@Suite struct FailureTextTests {
  private struct Leaky: Error, CustomStringConvertible {
    var description: String { "password=hunter2 at 10.0.0.7" }
  }

  private static let secrets = ["hunter2", "10.0.0.7", "Set-Cookie", "sesame"]

  /// Errors that hold what nobody may see, and what is shown of them.
  private static let cases: [(error: any Error, text: String)] = [
    (
      UpstreamError(
        failure: UpstreamFailure(stage: .sentUnknown, kind: .reset, reason: "10.0.0.7:443 password=hunter2")),
      "reset (sentUnknown)"
    ),
    (
      FailingResponse(
        head: HTTPResponseHead(
          version: .http1_1, status: .badGateway, headers: ["Set-Cookie": "sesame"]),
        body: ByteBuffer(string: "hunter2"), category: .unavailable, retryAfter: nil),
      "status 502"
    ),
    (Rejection(.circuitOpen, by: .circuitBreaker, named: "api", lastCause: Leaky()), "circuitBreaker circuitOpen"),
    (DeliveredAnswer(category: .server), "server"),
    (RequestBodyFailure(cause: .tooSlow), "validation"),
    (CancellationError(), "cancelled"),
    (Leaky(), "Leaky"),
  ]

  @Test("R7.5 a failure's text names its kind and nothing that it holds", arguments: cases.indices)
  func text(index: Int) {
    let (error, text) = Self.cases[index]
    #expect(FailureText.of(error) == text)
  }

  @Test("R7.5 neither the log, the feed nor the metrics show what an error holds")
  func leaks() async throws {
    let bench = try PolicyEventsBench()
    for (error, _) in Self.cases {
      bench.observe(.attemptFailed(error, delay: .milliseconds(5)), by: .retry)
      bench.observe(.retriesEnded(error, .attemptsSpent), by: .retry)
      bench.observe(.fellBack(to: "template", because: error), by: .fallback)
      bench.observe(.servedStale(age: .seconds(3), because: error), by: .staleCache)
      bench.observe(.rejected(Rejection(.isolated, by: .circuitBreaker, named: "api", lastCause: error)), by: .bulkhead)
    }
    let shown = bench.lines.joined() + "\(await bench.told())" + bench.metrics.registry.text()
    #expect(bench.lines.count == Self.cases.count * 5)
    for secret in Self.secrets { #expect(!shown.contains(secret), "\(secret) is shown") }
  }
}
