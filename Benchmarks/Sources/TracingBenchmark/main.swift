import Glibc
import Resilience
import ResilienceTelemetry
import Tracing

/// Throws spans away: what is measured is making them, not sending them.
struct NoSink: SpanSink {
  func take(_ span: FinishedSpan) {}
}

/// The cheapest thing that is an operation.
@inline(never)
func trivial() async throws -> Int { 42 }

/// So many calls of the case, one after the other.
func work(_ name: String, _ calls: Int) async throws {
  let events = SpanEvents()
  let retry = Retry(maxAttempts: 3)
  let breaker = CircuitBreaker("breaker", .init(window: .count(100)), observer: events)
  func run<Root: Policy>(_ pipeline: Pipeline<Root>) async throws {
    var sum = 0
    for _ in 0..<calls { sum &+= try await pipeline { try await trivial() } }
    precondition(sum == 42 &* calls)
  }
  func traced(_ tracer: (any Tracer)?) -> Pipeline<some Policy> {
    Pipeline("charge", observer: events) {
      Traced(tracer: tracer)
      retry
      breaker
      Traced(.attempt, name: "attempt", tracer: tracer)
    }
  }
  switch name {
  case "without":
    try await run(
      Pipeline("charge", observer: events) {
        retry
        breaker
      })
  case "off": try await run(traced(nil))
  case "unsampled": try await run(traced(SpanTracer(sink: NoSink(), sampling: Sampling(ratio: 0))))
  case "sampled": try await run(traced(SpanTracer(sink: NoSink())))
  default: preconditionFailure("no such case: \(name)")
  }
}

// Not a top-level await: see PolicyBenchmarks.
Task.detached {
  let name = CommandLine.arguments.dropFirst().first ?? "without"
  let calls = CommandLine.arguments.dropFirst(2).first.flatMap { Int($0) } ?? 100_000
  do {
    let clock = ContinuousClock()
    try await work(name, min(calls, 1_000))
    let taken = try await clock.measure { try await work(name, calls) }
    print("\(name): \(Int(taken / .nanoseconds(1)) / max(1, calls)) ns per call")
    exit(0)
  } catch {
    print("TracingBenchmark failed: \(error)")
    exit(1)
  }
}
while true { pause() }
