// Why did this call take so long?

import Resilience

struct Quote: Sendable { let price: Int }
struct Market: Sendable { func quote() async throws -> Quote { Quote(price: 3) } }
let market = Market()

// snippet.tracing
let policies = PolicyRegistry()
let quotes = Pipeline("quotes") {
  TimeoutTable.documented.timeout(service: "market", operation: "quote")
  Retry(
    .init(
      stop: .attempts(4) || .duration(.seconds(20)),
      backoff: .constant(.milliseconds(50)).then(.exponential(), after: 1)))
  policies.circuitBreaker("market")
}
let trace = DecisionTrace()
let quote = try await quotes(in: Context(operation: "quote", idempotency: .idempotent, trace: trace)) { _ in
  try await market.quote()
}
print(trace)
// snippet.end

print(quote)
