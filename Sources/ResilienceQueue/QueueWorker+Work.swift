internal import Resilience
internal import ResilienceInterfaces

extension QueueWorker {
  /// Works on items that were claimed together, and settles them.
  func work(on claims: [QueueClaim]) async {
    let most = self.queue.configuration.maxAttempts
    var alive: [QueueClaim] = []
    for claim in claims {
      if claim.item.attempts > max(1, most) {
        // Its workers have never come so far as to say that it failed: it is taken for what kills them.
        await self.settle(claim, .dead(reason: "\(Self.givenUp(max(1, most))): \(claim.item.note ?? "no word")"))
      } else {
        alive.append(claim)
      }
    }
    guard !alive.isEmpty else { return }
    let results = await self.handle(alive)
    for (claim, result) in zip(alive, results) { await self.conclude(claim, result) }
  }

  /// Runs the handler while the claims are renewed; one by one, if a whole batch cannot be done.
  private func handle(_ claims: [QueueClaim]) async -> [Result<String?, any Error>] {
    do {
      let results = try await self.handleRenewing(claims)
      if results.count == claims.count { return results }
      let missing = QueueVerdict.retry(
        reason: "the handler answered for \(results.count) of \(claims.count)", after: nil)
      return claims.map { _ in .failure(missing) }
    } catch {
      guard claims.count > 1, case .dead = QueueVerdict(of: error) else { return claims.map { _ in .failure(error) } }
      var results: [Result<String?, any Error>] = []
      for claim in claims { results += await self.handle([claim]) }
      return results
    }
  }

  private func handleRenewing(_ claims: [QueueClaim]) async throws -> [Result<String?, any Error>] {
    let items = claims.map(\.item)
    return try await withThrowingTaskGroup(of: [Result<String?, any Error>]?.self) { group in
      group.addTask { try await self.handler(items) }
      group.addTask {
        try await self.renew(claims)
        return nil
      }
      defer { group.cancelAll() }
      while let answer = try await group.next() {
        if let answer { return answer }
      }
      return []
    }
  }

  /// Renews until it is cancelled; throws if a claim is lost, so that nobody works on what somebody else has.
  private func renew(_ claims: [QueueClaim]) async throws {
    let lease = self.queue.configuration.lease
    while true {
      do { try await self.queue.runtime.sleep(for: lease / 3) } catch { return }
      for claim in claims {
        do {
          _ = try await self.queue.store.renew(claim, lease: lease)
        } catch  where error.kind == .leaseLost {
          throw QueueVerdict.refused(reason: "the claim was lost", after: .zero)
        } catch {
          self.queue.tell(.storeFailed(error))  // the next round may succeed, a third of the lease later
        }
      }
    }
  }

  private func conclude(_ claim: QueueClaim, _ result: Result<String?, any Error>) async {
    let configuration = self.queue.configuration
    switch result {
    case .success(let note):
      let remember =
        claim.item.idempotencyKey == nil ? configuration.resultRetention : configuration.idempotencyRetention
      await self.settle(claim, .completed(remember: remember, note: note))
    case .failure(let error):
      switch QueueVerdict(of: error) {
      case .dead(let reason): await self.settle(claim, .dead(reason: reason))
      case .refused(let reason, let after):
        await self.settle(claim, .release(after: .zero), because: reason, pause: after)
      case .retry(let reason, let after):
        guard claim.item.attempts < configuration.maxAttempts else {
          await self.settle(claim, .dead(reason: "\(Self.givenUp(claim.item.attempts)): \(reason)"))
          return
        }
        var delays = BackoffGenerator(
          configuration.backoff, jitter: configuration.jitter, runtime: self.queue.runtime)
        let category = (error as? any CategorizedError)?.category ?? .unknown
        let delay = max(delays.nextDelay(attempt: claim.item.attempts, after: category), after ?? .zero)
        await self.settle(claim, .retry(after: delay, reason: reason), because: reason)
      }
    }
  }

  /// Settles a claim, asking the store again while it fails and the claim lasts.
  private func settle(
    _ claim: QueueClaim, _ outcome: QueueSettlement.Outcome, because reason: String = "", pause: Duration? = nil
  ) async {
    let runtime = self.queue.runtime
    let end = runtime.now() + self.queue.configuration.lease.nanoseconds
    var delays = BackoffGenerator(.exponential(initial: .milliseconds(20), max: .seconds(2)), runtime: runtime)
    var counted = false
    while true {
      do throws(StoreFailure) {
        counted = try await self.queue.store.settle([QueueSettlement(claim, outcome)]).first ?? false
        break
      } catch {
        self.queue.tell(.storeFailed(error))
        guard runtime.now() < end, (try? await runtime.sleep(for: delays.next())) != nil else { break }
      }
    }
    if counted { self.tell(claim.item, outcome, reason, pause) }
    self.ended(self.evidence(outcome, pause))
  }

  private static func givenUp(_ attempts: Int) -> String {
    "given up after \(attempts) \(attempts == 1 ? "attempt" : "attempts")"
  }

  private func evidence(_ outcome: QueueSettlement.Outcome, _ pause: Duration?) -> DrainMachine.Outcome {
    switch outcome {
    case .completed: .success
    case .retry: .failure
    case .release: .refused(after: pause?.nanoseconds)
    case .dead: .settled
    }
  }

  private func tell(_ item: QueueItem, _ outcome: QueueSettlement.Outcome, _ reason: String, _ pause: Duration?) {
    switch outcome {
    case .completed:
      // The time in the queue by the store's clock: the claim's end less its length is when it was claimed.
      let claimed = item.due - self.queue.configuration.lease.nanoseconds / 1_000_000
      self.queue.tell(.completed(item, milliseconds: max(0, claimed - item.enqueued)))
    case .retry(let delay, _): self.queue.tell(.failed(item, reason: reason, retryAfter: delay))
    case .release:
      self.queue.tell(.paused(reason: reason, retryAfter: pause ?? self.queue.configuration.pause))
    case .dead(let reason): self.queue.tell(.died(item, reason: reason))
    }
  }
}
