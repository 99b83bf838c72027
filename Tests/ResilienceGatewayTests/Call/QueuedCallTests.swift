import ResilienceInterfaces
import Testing

@Suite("Calls whose dependency has a queue")
struct QueuedCallTests {
  private static let ordered = "X-Resilience-Ordering-Key: k"

  @Test(
    "R5.3 a request with an ordering key does not overtake: where the queue is full, fails or is not known, it is refused",
    arguments: [
      (Result<QueueCounts, StoreFailure>.success(QueueCounts(waiting: 1)), ScriptedQueueStore.full, "full"),
      (.success(QueueCounts(blocked: 1)), ScriptedQueueStore.silence, "storageFailed"),
      (.success(QueueCounts(claimed: 1)), ScriptedQueueStore.silence, "storageFailed"),
      (.failure(ScriptedQueueStore.silence), nil, "storageFailed"),
    ] as [(Result<QueueCounts, StoreFailure>, StoreFailure?, String)])
  func noOvertaking(counts: Result<QueueCounts, StoreFailure>, refusal: StoreFailure?, state: String) async throws {
    let bench = try QueueBench()
    bench.store.say { script in
      script.counts = counts
      script.refusal = refusal
    }
    let answer = try await bench.post("a", [Self.ordered])
    #expect(answer.status == 503 && answer.text.contains("\"\(state)\""), "\(answer.text)")
    #expect(answer.field("Retry-After") == "5")
    #expect(bench.transport.requests == 0)
  }

  @Test("R5.3 a request with an ordering key whose body cannot be kept does not overtake those that wait")
  func noOvertakingByChunks() async throws {
    let bench = try QueueBench()
    bench.store.say { $0.counts = .success(QueueCounts(waiting: 1)) }
    let answer = try await bench.post("a", [Self.ordered], isChunked: true)
    #expect(answer.status == 503 && answer.text.contains("wouldOvertake"), "\(answer.text)")
    #expect(bench.transport.requests == 0)
  }

  @Test(
    "R5.3 a dead letter that holds up its key holds up the next ones, too; of other orders it holds up nobody",
    arguments: [("untilResolved", 0), ("untilDead", 1), ("whileRunning", 1)])
  func deadHolder(ordering: String, requests: Int) async throws {
    let bench = try QueueBench("ordering: \(ordering)")
    bench.store.say { $0.counts = .success(QueueCounts(dead: 1)) }
    let answer = try await bench.post("a", [Self.ordered])
    #expect(answer.status == 202, "\(answer.text)")
    #expect(bench.transport.requests == requests)
  }
}
