// An answer in place of one that did not come.

import Resilience

struct Rates: Sendable { let euro: Double }
struct Bank: Sendable { func rates() async throws -> Rates { Rates(euro: 1.1) } }
let bank = Bank()
let pipeline = Pipeline { Retry(maxAttempts: 2) }

// snippet.fallback
let remembered = StaleCache<String, Rates>("rates")
let answer = try await remembered.answer(for: "today") { _ in
  try await pipeline { try await bank.rates() }
}
if let degradation = answer.degradation {
  print("\(degradation.source), \(degradation.age ?? .zero) old, because of \(degradation.cause)")
}
// snippet.end
