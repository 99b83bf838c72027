extension Retry: Replaceable {}
extension RetryBudget: Replaceable {}
extension CircuitBreaker: Replaceable {}
extension Bulkhead: Replaceable {}
extension RateLimiter: Replaceable {}
extension AdaptiveLimiter: Replaceable {}
extension Throttle: Replaceable {}
