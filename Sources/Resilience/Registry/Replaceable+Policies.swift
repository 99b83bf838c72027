extension Retry: Replaceable {}
extension RetryBudget: Replaceable {}
