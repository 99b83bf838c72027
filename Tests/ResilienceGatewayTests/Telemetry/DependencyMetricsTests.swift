import Resilience
import ResilienceTelemetry
import Testing

@testable import ResilienceGateway

@Suite struct DependencyMetricsTests {
  private static let labels = "service=\"shop\",dependency=\"api\""

  private func bench() throws -> (Dependencies, DependencyMetrics) {
    let dependencies = try Dependencies("api:\n  url: http://10.0.0.7:8443")
    return (dependencies, try dependencies.named("api").metrics)
  }

  @Test("R12.5 each outcome counts in its own series, and as failure, fallback or rejection as it is one")
  func outcomes() throws {
    let (dependencies, metrics) = try self.bench()
    for (index, outcome) in CallOutcome.allCases.enumerated() {
      for _ in 0...index {
        metrics.record(outcome, fallback: nil, attempts: 1, nanoseconds: 1_000_000, at: 5_000_000_000)
      }
    }
    for (index, outcome) in CallOutcome.allCases.enumerated() {
      let series = "resilience_requests_total{\(Self.labels),outcome=\"\(outcome.rawValue)\"}"
      #expect(dependencies.value(series) == Double(index + 1), "\(series)")
      let duration =
        "resilient_operation_duration_seconds_count{service=\"shop\",operation=\"api\",outcome=\"\(outcome.rawValue)\"}"
      #expect(dependencies.value(duration) == Double(index + 1), "\(duration)")
    }
    // success 1, error 2, timeout 3, circuitBreakerOpen 4, rejected 5, fallback 6, invalidRequest 7, cancelled 8
    let expected = TrafficCounts(requests: 36, failures: 14, fallbacks: 6, rejections: 9, attempts: 36)
    #expect(metrics.sinceStart == expected)
    #expect(metrics.series.total(ofLast: 10, at: 6_000_000_000) == expected)
  }

  @Test("R1.13 attempts are all counted, and as retries those after the first")
  func attempts() throws {
    let (dependencies, metrics) = try self.bench()
    for attempts in [1, 4, 0] {
      metrics.record(.success, fallback: nil, attempts: attempts, nanoseconds: 1, at: 1_000_000_000)
    }
    #expect(dependencies.value("resilience_attempts_total{\(Self.labels)}") == 5)
    #expect(dependencies.value("retry_attempts_total{\(Self.labels)}") == 3)
    #expect(metrics.sinceStart.attempts == 5)
  }

  @Test("R4.1 a fallback is counted by its name")
  func fallbacks() throws {
    let (dependencies, metrics) = try self.bench()
    for source in ["stale-cache", "stale-cache", "template"] {
      metrics.record(.fallback, fallback: source, attempts: 1, nanoseconds: 1, at: 1_000_000_000)
    }
    #expect(dependencies.value("resilience_fallbacks_total{\(Self.labels),source=\"stale-cache\"}") == 2)
    #expect(dependencies.value("resilience_fallbacks_total{\(Self.labels),source=\"template\"}") == 1)
  }

  @Test("R2.9 latency is of calls that the dependency had a part in, and only of the last minutes")
  func latency() throws {
    let (_, metrics) = try self.bench()
    let minute: Int64 = 60_000_000_000
    let begun = 10 * minute
    _ = metrics.recentLatency(at: begun)
    for outcome in [CallOutcome.success, .error, .timeout] {
      metrics.record(outcome, fallback: nil, attempts: 1, nanoseconds: 80_000_000, at: begun)
    }
    for outcome in [CallOutcome.fallback, .rejected, .circuitBreakerOpen, .cancelled] {
      metrics.record(outcome, fallback: nil, attempts: 0, nanoseconds: 1_000, at: begun)
    }
    let least = try #require(metrics.recentLatency(at: begun + 1).percentile(0))
    #expect((60_000_000...100_000_000).contains(least))
    _ = metrics.recentLatency(at: begun + minute + 1)
    #expect(metrics.recentLatency(at: begun + minute + 2).percentile(0.5) != nil)
    _ = metrics.recentLatency(at: begun + 2 * minute + 2)
    #expect(metrics.recentLatency(at: begun + 2 * minute + 3).percentile(0.5) == nil)
  }
}
