internal import Resilience
internal import ResilienceInterfaces

extension QueueWorker {
  /// What is to become of a claim's item, and how it is told.
  private struct Conclusion: Sendable {
    var claim: QueueClaim
    var outcome: QueueSettlement.Outcome
    var reason = ""
    var pause: Duration?
  }

  /// For how long a cancelled worker still asks the store, in nanoseconds: 3 s.
  ///
  /// What it cannot say by then waits until its claim ends.
  private static let patience: Int64 = 3_000_000_000

  /// Works on items that were claimed together, and settles them; renews their claims until that is done.
  func work(on claims: [QueueClaim]) async {
    let most = max(1, self.queue.configuration.maxAttempts)
    let held = HeldClaims(claims)
    // Not a child: a cancelled worker holds its claims while its handler comes to an end and the store is told.
    let renewal = self.queue.runtime.spawn { await self.renew(held) }
    await withDiscardingTaskGroup { group in
      // Their workers have never come so far as to say that they failed: they are taken for what kills them.
      let givenUp = claims.filter { $0.item.attempts > most }.map { claim in
        Conclusion(claim: claim, outcome: .dead(reason: "\(Self.givenUp(most)): \(claim.item.note ?? "no word")"))
      }
      if !givenUp.isEmpty { group.addTask { await self.settle(givenUp, held) } }
      await self.handle(claims.filter { $0.item.attempts <= most }, held)
    }
    renewal.cancel()
    await renewal.value
  }

  /// Runs the handler and settles; one by one, if a whole batch cannot be done.
  private func handle(_ claims: [QueueClaim], _ held: HeldClaims) async {
    guard !claims.isEmpty else { return }
    let results: [Result<String?, any Error>]
    do {
      results = try await self.attempt(claims, held)
    } catch {
      if claims.count > 1, case .dead = QueueVerdict(of: error) {
        // Each is settled before the next one: what is done must not wait for what may take long.
        for claim in claims { await self.handle([claim], held) }
        return
      }
      results = claims.map { _ in .failure(error) }
    }
    await self.settle(zip(claims, results).map { claim, result in self.conclusion(claim, result) }, held)
  }

  /// Runs the handler once; broken off if a claim is lost, so that nobody works on what somebody else has.
  private func attempt(_ claims: [QueueClaim], _ held: HeldClaims) async throws -> [Result<String?, any Error>] {
    if Task.isCancelled { throw CancellationError() }
    let items = claims.map(\.item)
    let lost = QueueVerdict.refused(reason: "the claim was lost", after: .zero)
    guard let losses = held.losses(among: claims) else { throw lost }
    typealias Answers = [Result<String?, any Error>]
    let results: Answers = try await withThrowingTaskGroup(of: Answers?.self) { group in
      group.addTask { try await self.handler(items) }
      group.addTask {
        for await _ in losses { throw lost }
        return nil
      }
      defer { group.cancelAll() }
      while let answer = try await group.next() {
        if let answer { return answer }
      }
      return []
    }
    if results.count == claims.count { return results }
    throw QueueVerdict.retry(reason: "the handler answered for \(results.count) of \(claims.count)", after: nil)
  }

  /// Renews what is held until it is cancelled.
  private func renew(_ held: HeldClaims) async {
    let lease = self.queue.configuration.lease
    while true {
      do { try await self.queue.runtime.sleep(for: lease / 3) } catch { return }
      for claim in held.all {
        do throws(StoreFailure) {
          _ = try await self.queue.store.renew(claim, lease: lease)
        } catch {
          if error.kind == .leaseLost {
            held.lose(claim)
          } else if !Task.isCancelled {
            self.queue.tell(.storeFailed(error))  // the next round may succeed, a third of the lease later
          }
        }
      }
    }
  }

  private func conclusion(_ claim: QueueClaim, _ result: Result<String?, any Error>) -> Conclusion {
    let configuration = self.queue.configuration
    switch result {
    case .success(let note):
      let remember =
        claim.item.idempotencyKey == nil ? configuration.resultRetention : configuration.idempotencyRetention
      return Conclusion(claim: claim, outcome: .completed(remember: remember, note: note))
    case .failure(let error):
      switch QueueVerdict(of: error) {
      case .dead(let reason): return Conclusion(claim: claim, outcome: .dead(reason: reason))
      case .refused(let reason, let after):
        return Conclusion(claim: claim, outcome: .release(after: .zero), reason: reason, pause: after)
      case .retry(let reason, let after):
        guard claim.item.attempts < configuration.maxAttempts else {
          return Conclusion(claim: claim, outcome: .dead(reason: "\(Self.givenUp(claim.item.attempts)): \(reason)"))
        }
        var delays = BackoffGenerator(
          configuration.backoff, jitter: configuration.jitter, runtime: self.queue.runtime)
        let category = (error as? any CategorizedError)?.category ?? .unknown
        let delay = max(delays.nextDelay(attempt: claim.item.attempts, after: category), after ?? .zero)
        return Conclusion(claim: claim, outcome: .retry(after: delay, reason: reason), reason: reason)
      }
    }
  }

  /// Settles claims in one step, and tells what has become of them.
  private func settle(_ conclusions: [Conclusion], _ held: HeldClaims) async {
    guard !conclusions.isEmpty else { return }
    let counted = await self.deliver(conclusions.map { QueueSettlement($0.claim, $0.outcome) })
    held.settled(conclusions.map(\.claim))
    for (index, conclusion) in conclusions.enumerated() {
      if index < counted.count, counted[index] {
        self.tell(conclusion.claim.item, conclusion.outcome, conclusion.reason, conclusion.pause)
      }
      self.ended(self.evidence(conclusion.outcome, conclusion.pause))
    }
  }

  /// Asks the store for a lease's length, while it fails; for less when the worker is cancelled.
  ///
  /// - Returns: Whether each counted; empty: the store has failed all the time.
  private func deliver(_ settlements: [QueueSettlement]) async -> [Bool] {
    let runtime = self.queue.runtime
    let end = LatestEnd(runtime.now() + self.queue.configuration.lease.nanoseconds)
    return await withTaskCancellationHandler {
      await self.uncancelled { await self.deliver(settlements, until: end) }
    } onCancel: {
      end.comes(by: runtime.now() + Self.patience)
    }
  }

  private func deliver(_ settlements: [QueueSettlement], until end: LatestEnd) async -> [Bool] {
    let runtime = self.queue.runtime
    var delays = BackoffGenerator(.exponential(initial: .milliseconds(20), max: .seconds(2)), runtime: runtime)
    while true {
      do throws(StoreFailure) {
        return try await self.queue.store.settle(settlements)
      } catch {
        self.queue.tell(.storeFailed(error))
        guard runtime.now() < end.instant, (try? await runtime.sleep(for: delays.next())) != nil else { return [] }
      }
    }
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

/// An end that may come sooner than it was said at first.
private final class LatestEnd: Sendable {
  private let latest: Lock<Instant>
  init(_ instant: Instant) { self.latest = Lock(instant) }
  var instant: Instant { self.latest.withLock { $0 } }
  func comes(by instant: Instant) { self.latest.withLock { $0 = min($0, instant) } }
}
