import ResilienceInterfaces
import ResilienceQueue
import Testing

@Suite("A queue for work")
struct WorkQueueTests {
  @Test("R5.1 what no store would take is thrown, and not told as trouble of the store")
  func invalid() async throws {
    let log = Log()
    let queue = WorkQueue("mail", store: InMemoryQueueStore()) { log.add("\($0)") }
    let failure = await #expect(throws: StoreFailure.self) {
      try await queue.enqueue([1], orderingKey: String(repeating: "k", count: 513))
    }
    #expect(failure?.kind == .invalid)
    #expect(log.all.isEmpty, "\(log.all)")
  }

  @Test("R5.1 an item is found by its idempotency key, and who asks has repeated it")
  func found() async throws {
    let log = Log()
    let queue = WorkQueue("mail", store: InMemoryQueueStore()) { event in
      if case .repeated(let item) = event { log.add(item.id) }
    }
    let receipt = try await queue.enqueue([1], idempotencyKey: "order-1")
    let known = try await queue.item(withIdempotencyKey: "order-1")
    let unknown = try await queue.item(withIdempotencyKey: "order-2")
    #expect(known == receipt.item && unknown == nil)
    #expect(log.all == [receipt.item.id])
  }
}
