public import Resilience

/// A world in virtual time: every job runs on the calling thread, in an order drawn from a seed, and time passes only
/// when nothing else can run.
///
/// ```swift
/// let simulation = Simulation(seed: 7)
/// let pipeline = Pipeline(runtime: simulation.runtime) { Retry(maxAttempts: 3) }
/// let receipt = try simulation.run { try await pipeline { try await dependency.call() } }
/// ```
/// The same seed gives the same run, job by job; another seed another interleaving. Structured concurrency, actors and
/// streams stay inside; an unstructured `Task {}` leaves it, and real input and output never enter it. Three virtual
/// hours take well under a millisecond.
public final class Simulation: TaskExecutor, VirtualTime {
  private let state: Lock<State>
  /// The seed that this run can be repeated with.
  public let seed: UInt64

  /// Makes a world.
  ///
  /// - Parameters:
  ///   - seed: Decides the order of jobs, and everything that chance decides.
  public init(seed: UInt64 = 0) {
    self.seed = seed
    self.state = Lock(State(chance: SeededGenerator(seed: seed)))
  }

  /// What to give to pipelines and policies.
  public var runtime: Runtime { .virtual(self) }
  /// How many jobs have run.
  public var steps: Int { self.state.withLock { $0.steps } }
  /// The virtual time since the world began.
  public var elapsed: Duration { .nanoseconds(self.now() - State.origin) }

  /// Runs the body, and everything that it starts, until nothing is left to do.
  ///
  /// - Throws: The body's own error, or `Stuck` when everybody waits for something that never happens.
  public func run<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) throws -> Value {
    let outcome = ResultBox<Value>()
    Task(executorPreference: self) {
      do {
        let value = try await body()
        outcome.set(.success(value))
      } catch {
        outcome.set(.failure(error))
      }
    }
    self.drain()
    guard let finished = outcome.get() else { throw Stuck(seed: self.seed, elapsed: self.elapsed) }
    return try finished.get()
  }

  /// Runs what is ready, and lets time pass, until no job is ready and no timer armed.
  public func drain() { self.runReady(until: .max) }

  /// Runs what is ready, and lets time pass up to an instant: for a world that is driven from outside, event by event.
  ///
  /// Timers that are due at that very instant fire. Afterwards it is that instant, or later if it lies in the past.
  public func drain(until instant: Instant) {
    self.runReady(until: instant)
    self.state.withLock { $0.pass(until: instant) }
  }

  private func runReady(until limit: Instant) {
    while true {
      if let job = self.state.withLock({ $0.takeJob() }) {
        job.runSynchronously(on: self.asUnownedTaskExecutor())
      } else if let timer = self.state.withLock({ $0.takeTimer(until: limit) }) {
        timer.fire()
      } else {
        return
      }
    }
  }

  // MARK: VirtualTime

  /// The virtual time.
  public func now() -> Instant { self.state.withLock { $0.now } }
  /// 64 bits that depend on the seed and on what was drawn before.
  public func random() -> UInt64 { self.state.withLock { $0.chance.next() } }
  /// Remembers to fire a timer.
  public func arm(_ timer: TimerEntry, at deadline: Instant) { self.state.withLock { $0.arm(timer, at: deadline) } }
  /// Forgets a timer.
  public func disarm(_ timer: TimerEntry) { self.state.withLock { $0.disarm(timer) } }

  // MARK: TaskExecutor

  /// Takes a job; it runs when its turn comes.
  public func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    self.state.withLock { $0.jobs.append(job) }
  }
}

/// Where a body's result is put; shared by the run and its task.
private final class ResultBox<Value: Sendable>: Sendable {
  private let result = Lock<Result<Value, any Error>?>(nil)
  func set(_ value: Result<Value, any Error>) { self.result.withLock { $0 = value } }
  func get() -> Result<Value, any Error>? { self.result.withLock { $0 } }
}
