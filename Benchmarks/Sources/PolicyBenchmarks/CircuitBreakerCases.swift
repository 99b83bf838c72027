import CAllocationCounter
import Resilience

/// Breakers, closed and open, as a pipeline and by permit.
enum CircuitBreakerCases {
  struct Outage: Error {}

  @concurrent
  static func all() async throws -> [BenchmarkCase] {
    let count = CircuitBreaker("count", .init(window: .count(100)))
    let time = CircuitBreaker("time", .init(window: .time(.seconds(10))))
    let open = CircuitBreaker("open", .init(consecutiveFailures: 1, openDuration: .seconds(1_000_000)))
    _ = try? await open.run { throw Outage() }
    return [
      BenchmarkCase(
        name: "breaker.count", title: "breaker closed, count window", body: Workload.under(Pipeline { count })),
      BenchmarkCase(
        name: "breaker.time", title: "breaker closed, time window", body: Workload.under(Pipeline { time })),
      BenchmarkCase(
        name: "breaker.open.untyped", title: "breaker open, untyped", body: self.refused(Pipeline { open })),
      BenchmarkCase(
        name: "breaker.open.acquire", title: "breaker open, typed, a full `Rejection` (`acquire`)",
        body: self.refused(open)),
      BenchmarkCase(
        name: "breaker.open.typed", title: "breaker open, typed (`tryEnter`)", body: self.refusedAtOnce(open)),
      BenchmarkCase(name: "breaker.permit", title: "breaker closed, permit (`acquire`)", body: self.byPermit(count)),
      BenchmarkCase(name: "breaker.entry", title: "breaker closed, entry (`tryEnter`)", body: self.byEntry(count)),
      self.made("count", .init(window: .count(100))),
      self.made("time", .init(window: .time(.seconds(10)))),
    ]
  }

  /// Its bytes are what a breaker needs in memory before anything has happened.
  private static func made(_ window: String, _ configuration: CircuitBreaker.Configuration) -> BenchmarkCase {
    BenchmarkCase(name: "breaker.made.\(window)", title: "a breaker is made, \(window) window") { calls in
      var sum = 0
      for _ in 0..<calls { sum &+= CircuitBreaker("made", configuration).name.utf8.count }
      consume_value(Int64(sum))
    }
  }

  private static func refused(_ pipeline: Pipeline<CircuitBreaker>) -> BenchmarkCase.Body {
    { calls in
      var sum = 0
      for _ in 0..<calls {
        do { sum &+= try await pipeline { try await Workload.trivial() } } catch { sum &+= 1 }
      }
      consume_value(Int64(sum))
    }
  }

  private static func refused(_ breaker: CircuitBreaker) -> BenchmarkCase.Body {
    { calls in
      let context = Context()
      var sum = 0
      for _ in 0..<calls {
        do throws(Rejection) {
          let permit = try await breaker.acquire(in: context)
          permit.complete(.success)
        } catch { sum &+= 1 }
      }
      consume_value(Int64(sum))
    }
  }

  private static func refusedAtOnce(_ breaker: CircuitBreaker) -> BenchmarkCase.Body {
    { calls in
      let context = Context()
      var sum = 0
      for _ in 0..<calls {
        do throws(Refusal) {
          let entry = try breaker.tryEnter(in: context)
          breaker.leave(entry, .success, in: context)
        } catch { sum &+= 1 }
      }
      consume_value(Int64(sum))
    }
  }

  private static func byEntry(_ breaker: CircuitBreaker) -> BenchmarkCase.Body {
    { calls in
      let context = Context()
      var sum = 0
      for _ in 0..<calls {
        let entry = try breaker.tryEnter(in: context)
        sum &+= try await Workload.trivial()
        breaker.leave(entry, .success, in: context)
      }
      consume_value(Int64(sum))
    }
  }

  private static func byPermit(_ breaker: CircuitBreaker) -> BenchmarkCase.Body {
    { calls in
      let context = Context()
      var sum = 0
      for _ in 0..<calls {
        let permit = try await breaker.acquire(in: context)
        sum &+= try await Workload.trivial()
        permit.complete(.success)
      }
      consume_value(Int64(sum))
    }
  }
}
