import Resilience
import Synchronization
import Testing

/// Real threads; made for the thread sanitizer as well.
@Suite struct BulkheadConcurrencyTests {
  private final class Facts: Sendable {
    let inside = Atomic(0)
    let most = Atomic(0)
    let done = Atomic(0)
    let refused = Atomic(0)
    let cancelled = Atomic(0)
  }

  private func work(_ bulkhead: Bulkhead, _ facts: Facts, _ number: Int) async throws {
    try await bulkhead.run {
      facts.most.max(facts.inside.wrappingAdd(1, ordering: .acquiringAndReleasing).newValue, ordering: .relaxed)
      if number % 3 == 0 { await Task.yield() }
      if number % 100 == 0 { try? await Runtime.live.sleep(for: .milliseconds(1)) }
      facts.inside.wrappingSubtract(1, ordering: .acquiringAndReleasing)
    }
  }

  private func storm(_ bulkhead: Bulkhead, calls: Int) async -> Facts {
    let facts = Facts()
    await withTaskGroup(of: Void.self) { group in
      for worker in 0..<8 {
        group.addTask {
          for number in 0..<calls {
            let call = Task { try await self.work(bulkhead, facts, number) }
            if (number + worker) % 5 == 0 { call.cancel() }
            switch await call.result {
            case .success: facts.done.wrappingAdd(1, ordering: .relaxed)
            case .failure(is CancellationError): facts.cancelled.wrappingAdd(1, ordering: .relaxed)
            case .failure: facts.refused.wrappingAdd(1, ordering: .relaxed)
            }
          }
        }
      }
    }
    return facts
  }

  @Test(
    "R6.1 under a storm of calls, cancellations and time-outs places are conserved and nobody is lost",
    arguments: [(20, Duration.milliseconds(1)), (2, .seconds(3_600)), (0, .seconds(1))])
  func storm(queue: Int, wait: Duration) async {
    let bulkhead = Bulkhead("b", .init(maxConcurrent: 3, maxQueue: queue, maxWait: wait))
    let facts = await self.storm(bulkhead, calls: 400)
    #expect((1...3).contains(facts.most.load(ordering: .relaxed)))
    #expect(bulkhead.occupancy == (0, 0))
    let ended =
      facts.done.load(ordering: .relaxed) + facts.refused.load(ordering: .relaxed)
      + facts.cancelled.load(ordering: .relaxed)
    #expect(ended == 3_200 && facts.done.load(ordering: .relaxed) > 0)
  }

  /// When a caller held a place, or was refused one.
  private struct Interval: Sendable {
    let from: Instant
    let until: Instant
  }

  /// Takes and gives back the one place, and notes both.
  private func contend(_ bulkhead: Bulkhead, rounds: Int) -> (held: [Interval], refused: [Interval]) {
    var held: [Interval] = []
    var refused: [Interval] = []
    for number in 0..<rounds {
      var context = Context()
      let from = Runtime.live.now()
      let token = bulkhead.tryAdmit(&context) ?? (try? bulkhead.admit(in: context))
      if let token {
        for _ in 0..<(number % 4) * 20 { _ = Runtime.live.random() }
        bulkhead.release(token, .success, nil, in: context)
        held.append(Interval(from: from, until: Runtime.live.now()))
      } else {
        refused.append(Interval(from: from, until: Runtime.live.now()))
      }
    }
    return (held, refused)
  }

  @Test("R6.1 nobody is refused while a place is free, not even for the instant in which another is being refused")
  func notSpurious() async {
    let bulkhead = Bulkhead("b", .init(maxConcurrent: 1))
    let results = await withTaskGroup(of: (held: [Interval], refused: [Interval]).self) { group in
      for _ in 0..<3 { group.addTask { self.contend(bulkhead, rounds: 6_000) } }
      return await group.reduce(into: []) { $0.append($1) }
    }
    for (number, result) in results.enumerated() {
      let others = results.enumerated().filter { $0.offset != number }.flatMap(\.element.held).sorted {
        $0.from < $1.from
      }
      var next = 0
      for refusal in result.refused {
        while next < others.count, others[next].until < refusal.from { next += 1 }
        // The lists are in order of time, but two others' holds may interleave: look a few further.
        let overlaps = others[min(next, others.count)...].prefix(8).contains {
          $0.from <= refusal.until && $0.until >= refusal.from
        }
        #expect(overlaps, "refused although nobody held the place")
        if !overlaps { return }
      }
    }
  }
}
