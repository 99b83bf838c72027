// Work that is kept until the dependency can take it, and then goes out many pieces at once.

import Resilience
import ResilienceInterfaces
import ResilienceQueue

struct Mail: Sendable { func send(_ letters: [[UInt8]]) async throws {} }
let mail = Mail()
let store = InMemoryQueueStore()
let breaker = CircuitBreaker("mail")
let (letter, customer, order) = (Array("Dear Ada".utf8), "ada", "order-17")

// snippet.queueing
let queue = WorkQueue("mail", store: store)
try await queue.enqueue(letter, orderingKey: customer, idempotencyKey: order)

let worker = QueueWorker(queue, batchesOf: 50) { letters in
  try await breaker.run { try await mail.send(letters.map(\.payload)) }
  return letters.map { _ in .success(nil) }
}
await worker.run()
// snippet.end
