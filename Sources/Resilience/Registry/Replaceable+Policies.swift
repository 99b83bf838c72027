extension Retry: Replaceable {}
extension RetryBudget: Replaceable {}
extension CircuitBreaker: Replaceable {}
extension Bulkhead: Replaceable {}
