extension Hedge {
  /// One call's attempts.
  ///
  /// The caller's task starts them and judges; attempts and the timer are children of one group, so that they run on
  /// the caller's executor, are cancelled with the caller, and none outlives the call.
  struct Race<Value: Sendable> {
    private enum Happening: Sendable {
      case ended(attempt: Int, Result<Value, any Error>)
      /// It is time for another attempt, or the race is over and the timer with it.
      case timerEnded
    }

    private let hedge: Hedge
    private let context: Context
    private let delay: Int64
    private let deadline: Instant
    private let started: Instant
    private var attempts = 1
    private var running = 1
    private var firstError: (any Error)?
    private var isFirstRunning = true

    init(_ hedge: Hedge, _ context: Context, delay: Int64, deadline: Instant, started: Instant) {
      self.hedge = hedge
      self.context = context
      self.delay = delay
      self.deadline = deadline
      self.started = started
    }

    /// Runs all attempts to their ends; the first success, or the first attempt's error, is the result.
    mutating func run(_ operation: @escaping @Sendable (Context) async throws -> Value) async throws -> Value {
      let result = await withTaskGroup(of: Happening.self) { group in
        self.start(1, operation, in: &group)
        self.startTimer(in: &group)
        var winner: Value?
        while let happening = await group.next() {
          guard winner == nil else { continue }  // a loser: it was cancelled, and now it has ended
          switch happening {
          case .timerEnded: self.timerEnded(operation, in: &group)
          case .ended(let attempt, .success(let value)):
            winner = value
            self.won(by: attempt)
            group.cancelAll()
          case .ended(let attempt, .failure(let error)):
            self.failed(attempt, error)
            if self.running == 0 { group.cancelAll() }
          }
        }
        return winner.map { .success($0) } ?? Result.failure(self.firstError ?? CancellationError())
      }
      return try result.get()
    }

    private func start(
      _ attempt: Int, _ operation: @escaping @Sendable (Context) async throws -> Value,
      in group: inout TaskGroup<Happening>
    ) {
      var context = self.context
      context.attempt += attempt - 1
      context.forgetTime()
      let budget = attempt > 1 ? self.hedge.configuration.budget : nil
      group.addTask { [context] in
        defer { budget?.extraAttemptEnded() }
        do { return .ended(attempt: attempt, .success(try await operation(context))) } catch {
          return .ended(attempt: attempt, .failure(error))
        }
      }
    }

    private func startTimer(in group: inout TaskGroup<Happening>) {
      let resume = self.context.runtime.now() + self.delay
      guard self.attempts <= self.hedge.configuration.mostHedges, resume < self.deadline else { return }
      group.addTask { [runtime = self.context.runtime] in
        try? await runtime.sleep(until: resume)
        return .timerEnded
      }
    }

    /// Starts another attempt, if one is still wanted and affordable.
    private mutating func timerEnded(
      _ operation: @escaping @Sendable (Context) async throws -> Value, in group: inout TaskGroup<Happening>
    ) {
      guard self.running > 0, !Task.isCancelled else { return }
      guard self.context.mayRepeat else { return self.skipped(.notRetryable) }
      let now = self.context.runtime.now()
      guard now < self.deadline else { return self.skipped(.deadline) }
      if let budget = self.hedge.configuration.budget, !budget.tryStartExtraAttempt(at: now) {
        return self.skipped(.budgetExhausted)
      }
      self.attempts += 1
      self.running += 1
      self.emit(.hedged(attempt: self.attempts, after: .nanoseconds(now - self.started)))
      self.start(self.attempts, operation, in: &group)
      self.startTimer(in: &group)
    }

    private mutating func won(by attempt: Int) {
      // The first attempt has succeeded or is superseded; one that failed has been judged already.
      if self.isFirstRunning { self.hedge.record(since: self.started, self.context.runtime) }
      if attempt > 1 {
        let length = self.context.runtime.now() - self.started
        self.emit(.hedgeWon(attempt: attempt, after: .nanoseconds(length)))
      }
    }

    private mutating func failed(_ attempt: Int, _ error: any Error) {
      self.running -= 1
      guard attempt == 1 else { return }
      self.isFirstRunning = false
      self.firstError = error
      if Hedge.isTimeout(error) { self.hedge.record(since: self.started, self.context.runtime) }
    }

    private func skipped(_ reason: Event.RetryEnd) { self.emit(.hedgeSkipped(reason)) }

    private func emit(_ kind: Event.Kind) { self.context.emit(kind, by: .hedge, named: self.hedge.name) }
  }
}
