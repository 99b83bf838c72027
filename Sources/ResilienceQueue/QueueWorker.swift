internal import Resilience
public import ResilienceInterfaces

/// Does the work of a queue: claims, renews, runs a handler, settles; paced, and kind to what has just recovered.
///
/// The handler calls the dependency through its policies. If they refuse (the breaker is open), draining pauses and the
/// item goes back without having lost an attempt; afterwards it goes on slowly (``WorkQueue/Configuration``). What
/// fails otherwise is tried again with the queue's back-off, and becomes a dead letter when its attempts are spent or
/// it can never be done (``QueueVerdict``). The handler must bear to be run twice for one item: after a crash, and when
/// a claim could not be renewed.
public final class QueueWorker: Sendable {
  /// Handles some items at once; an answer for each, in their order.
  public typealias BatchHandler = @Sendable ([QueueItem]) async throws -> [Result<String?, any Error>]

  let queue: WorkQueue
  let batch: Int
  let handler: BatchHandler
  private let machine: Lock<DrainMachine>
  private let signal: AsyncStream<Void>
  private let continuation: AsyncStream<Void>.Continuation

  /// Makes a worker that handles one item at a time, several at once.
  ///
  /// - Parameters:
  ///   - queue: Whose work it does.
  ///   - handler: Does it; returns a note about the result, or nil. Throws what the dependency's policies throw, or
  ///     `QueueVerdict`.
  public convenience init(_ queue: WorkQueue, handler: @escaping @Sendable (QueueItem) async throws -> String?) {
    self.init(queue, batchesOf: 1) { items in
      var results: [Result<String?, any Error>] = []
      for item in items { results.append(.success(try await handler(item))) }
      return results
    }
  }

  /// Makes a worker that hands several items to its handler at once: many writes go out as one.
  ///
  /// Items of one ordering key never meet in a batch, and a batch is settled in one step. If a whole batch fails for
  /// good, its items are handled one by one and settled each at once, so that the one that cannot be done does not take
  /// the others with it. If the claim of one is lost, the whole batch is broken off and goes back.
  /// - Parameters:
  ///   - queue: Whose work it does.
  ///   - size: The most items of a batch, at least 1; no more than the queue's concurrency come together.
  ///   - handler: Does it; throws if all of them failed alike.
  public init(_ queue: WorkQueue, batchesOf size: Int, handler: @escaping BatchHandler) {
    self.queue = queue
    self.batch = max(1, size)
    self.handler = handler
    self.machine = Lock(DrainMachine(queue.configuration.drain))
    (self.signal, self.continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
  }

  /// How many items it works on now, and how many it would at most.
  public var load: (inFlight: Int, allowed: Int, isPaused: Bool) {
    self.machine.withLock { ($0.inFlight, $0.allowed, $0.isPaused) }
  }

  /// Works until `stop()` has been called and nothing runs any more, or its task is cancelled.
  ///
  /// Cancelled, it cancels its handlers; what they have not done goes back into the queue, for which it waits as long
  /// as the store's calls take, and 3 s more if they fail. Call it once.
  public func run() async {
    self.queue.listen(self) { [weak self] in self?.changed() }
    await withDiscardingTaskGroup { group in
      var wakes = self.signal.makeAsyncIterator()
      while true {
        switch self.next() {
        case .finished: return
        case .wait(let until):
          if await self.wait(until, &wakes) == nil { return }
        case .claim(let count):
          let claims = await self.claim(count)
          for start in stride(from: 0, to: claims.count, by: self.batch) {
            let part = Array(claims[start..<min(start + self.batch, claims.count)])
            group.addTask { await self.work(on: part) }
          }
        }
      }
    }
    self.queue.listen(self, nil)
  }

  /// Takes nothing any more; `run` returns when what it works on is done.
  public func stop() {
    self.machine.withLock { $0.stop() }
    self.continuation.yield()
  }

  /// Ends a pause at once: somebody has changed what refused, say released a breaker before its time.
  public func resume() {
    let wasPaused = self.machine.withLock { machine in
      defer { machine.resume() }
      return machine.isPaused
    }
    guard wasPaused else { return }
    self.queue.tell(.resumed)
    self.continuation.yield()
  }

  private func changed() {
    self.machine.withLock { $0.changed() }
    self.continuation.yield()
  }

  private func next() -> DrainMachine.Action {
    let now = self.queue.runtime.now()
    let (action, hasResumed) = self.machine.withLock { machine in
      let wasPaused = machine.isPaused
      let action = machine.next(at: now)
      return (action, wasPaused && !machine.isPaused)
    }
    if hasResumed { self.queue.tell(.resumed) }
    return action
  }

  /// Nil: cancelled.
  private func wait(_ until: Instant, _ wakes: inout AsyncStream<Void>.Iterator) async -> Void? {
    let (runtime, continuation) = (self.queue.runtime, self.continuation)
    let timer =
      until == .max
      ? nil
      : runtime.spawn {
        if (try? await runtime.sleep(until: until)) != nil { continuation.yield() }
      }
    defer { timer?.cancel() }
    return await wakes.next(isolation: #isolation)
  }

  /// To its end even if the worker is cancelled: what the store has given must be given back.
  private func claim(_ count: Int) async -> [QueueClaim] { await self.uncancelled { await self.take(count) } }

  private func take(_ count: Int) async -> [QueueClaim] {
    let queue = self.queue
    let claims: [QueueClaim]
    do throws(StoreFailure) {
      claims = try await queue.store.claim(
        from: queue.name, limit: count, lease: queue.configuration.lease, owner: "worker")
    } catch {
      self.machine.withLock { $0.storeFailed(wanted: count, at: queue.runtime.now()) }
      queue.tell(.storeFailed(error))
      return []
    }
    let next = claims.count < count ? await self.nextDue() : nil
    self.machine.withLock {
      $0.claimed(claims.count, of: count, nextDue: next?.nanoseconds, at: queue.runtime.now())
    }
    return claims
  }

  /// Nil as well if the store fails: then it is asked again after the poll interval, and what was claimed is worked on.
  private func nextDue() async -> Duration? {
    do throws(StoreFailure) {
      return try await self.queue.store.nextDue(in: self.queue.name)
    } catch {
      self.queue.tell(.storeFailed(error))
      return nil
    }
  }

  /// Does what the end of the caller's task must not break off; waits for it all the same.
  func uncancelled<Element: Sendable>(_ body: @escaping @Sendable () async -> [Element]) async -> [Element] {
    let answer = Lock<[Element]>([])
    await self.queue.runtime.spawn {
      let elements = await body()
      answer.withLock { $0 = elements }
    }.value
    return answer.withLock { $0 }
  }

  /// Says how the work on an item ended, and looks for more.
  func ended(_ outcome: DrainMachine.Outcome) {
    let now = self.queue.runtime.now()
    self.machine.withLock { $0.ended(outcome, at: now) }
    self.continuation.yield()
  }
}
