import ResilienceGateway
import ResilienceInterfaces
import Testing

@Suite("Calls whose dependency has a queue")
struct QueuedCallTests {
  private static let ordered = "X-Resilience-Ordering-Key: k"

  @Test(
    "R5.3 a request with an ordering key does not overtake: where the queue is full, or its store fails, it is refused",
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

  @Test(
    "R5.3 what cannot be an ordering key is the caller's mistake: 422 with the rule, and no trouble of the store",
    arguments: ["", "\t ", "a\tb", String(repeating: "k", count: 513)])
  func noOrderingKey(value: String) async throws {
    let bench = try QueueBench()
    let answer = try await bench.post("a", ["X-Resilience-Ordering-Key: \(value)"])
    #expect(answer.status == 422 && answer.text.contains("'X-Resilience-Ordering-Key'"), "\(answer.text)")
    #expect(answer.field("Retry-After") == nil && bench.transport.requests == 0)
    let told = await bench.dependencies.told()
    #expect(!told.contains { $0.kind.hasPrefix("queue.") })
  }

  @Test("R5.1 a repeat of a kept request is answered as the request was, and does not reach the dependency")
  func repeated() async throws {
    let bench = try QueueBench()
    let key = "Idempotency-Key: order-1"
    let first = try await bench.post("a", [key])
    #expect(first.status == 202 && bench.transport.requests == 1, "\(first.text)")
    let again = try await bench.post("a", [key])
    #expect(again.status == 202 && again.field("Location") == first.field("Location"), "\(again.text)")
    #expect(first.field("Location")?.hasPrefix("/_resilience/queue/") == true)
    #expect(try await bench.post("b", [key]).status == 422)
    #expect(try await bench.post("a", [key], isChunked: true).status == 422, "its body cannot be compared")
    #expect(bench.transport.requests == 1)
    let other = try await bench.post("a", [key, "Authorization: Bearer other"])
    #expect(other.status == 202 && other.field("Location") != first.field("Location"), "another caller's key")
    #expect(bench.transport.requests == 2)
  }

  @Test("R5.1 the Location of a kept request is answered on the dependency's own port, too")
  func ownPort() async throws {
    let bench = try QueueBench()
    let port = bench.service.handler(ofDependency: "mail")
    let head = "Host: mail\r\nConnection: close\r\n"
    let kept = try await bench.send("POST /send HTTP/1.1\r\n\(head)Content-Length: 1\r\n\r\na", to: port)
    #expect(kept.status == 202, "\(kept.text)")
    let location = try #require(kept.field("Location"))
    let state = try await bench.send("GET \(location) HTTP/1.1\r\n\(head)\r\n", to: port)
    #expect(state.status == 200 && state.text.contains("\"queued\""), "\(state.text)")
    let unknown = try await bench.send("GET /_resilience/queue/x HTTP/1.1\r\n\(head)\r\n", to: port)
    #expect(unknown.status == 404, "\(unknown.text)")
    #expect(bench.transport.requests == 1)
  }

  @Test("R5.1 where nobody can say whether a request is a repeat, the dependency gets it with its key")
  func repeatedUnknown() async throws {
    let bench = try QueueBench()
    bench.store.say { $0.lookUp = ScriptedQueueStore.silence }
    #expect(try await bench.post("a", ["Idempotency-Key: order-1"]).status == 202)
    #expect(bench.transport.requests == 1)
  }
}
