// A pipeline around a call: the example of the README.

import Resilience

struct Order: Sendable { let amount: Int }
struct Receipt: Sendable { let number: Int }
struct Client: Sendable { func charge(_ order: Order) async throws -> Receipt { Receipt(number: order.amount) } }
let client = Client()
let order = Order(amount: 12)

// snippet.payments
let payments = Pipeline {
  Timeout(.seconds(10))         // the whole call
  Retry(maxAttempts: 3)
  CircuitBreaker("payments")    // sees every attempt
  Timeout(.seconds(2))          // one attempt
}
let receipt = try await payments { try await client.charge(order) }
// snippet.end

print(receipt)
