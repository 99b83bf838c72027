/// Everything that was decided about one call: which layer, what, when, why, and where the time went.
///
/// ```swift
/// let trace = DecisionTrace()
/// let receipt = try await payments(in: Context(operation: "charge", trace: trace)) { _ in try await client.charge() }
/// print(trace)
/// ```
/// For debugging, for slow requests, for an answer to "why was this refused?". Works for static and configured
/// pipelines and all policies, and for permits and entries (`acquire`, `tryEnter`). One trace is for one call; several
/// calls in it follow one another. A call without one pays a test of a field. With one, every decision costs a lock, a
/// clock reading and an allocation; 1,000 entries are kept, and later ones counted.
public final class DecisionTrace: Sendable {
  private struct State {
    var origin: Instant?
    var end: Instant = 0
    var entries: [Entry] = []
    var dropped = 0
  }

  /// How many entries are kept.
  public static let maxEntries = 1_000

  private let state = Lock(State())

  /// Makes an empty trace.
  public init() {}

  /// The decisions, in the order in which they were made.
  public var entries: [Entry] { self.state.withLock { $0.entries } }
  /// How many decisions came after the last that could be kept.
  public var dropped: Int { self.state.withLock { $0.dropped } }
  /// From the first decision to the last.
  public var duration: Duration { self.state.withLock { .nanoseconds($0.end - ($0.origin ?? $0.end)) } }

  /// Writes a decision down.
  ///
  /// - Parameters:
  ///   - decision: What was decided.
  ///   - policy: By which pattern; nil: it is about the call or the operation itself.
  ///   - name: The policy's name.
  ///   - reason: Why, in words.
  ///   - since: When that began which is now over; nil: it took no time.
  ///   - context: The call's.
  func record(
    _ decision: Entry.Decision, by policy: PolicyKind? = nil, named name: String = "", because reason: String = "",
    since: Instant? = nil, in context: Context
  ) {
    let now = context.runtime.now()
    self.append(since ?? now, now) { at, took in
      Entry(
        decision, policy: policy, name: name, attempt: context.attempt, reason: reason, atNanoseconds: at,
        tookNanoseconds: took)
    }
  }

  /// Writes down what an observer hears as well.
  ///
  /// - Parameters:
  ///   - event: What it hears.
  ///   - now: The time; an event's own may come from a coarse clock.
  func record(_ event: Event, at now: Instant) {
    self.append(now, now) { at, _ in Entry(event, atNanoseconds: at) }
  }

  /// A wait has ended, one way or another; none is no news.
  func waited(since: Instant, by policy: PolicyKind?, named name: String, in context: Context) {
    guard context.runtime.now() > since else { return }
    self.record(.waited, by: policy, named: name, since: since, in: context)
  }

  private func append(_ since: Instant, _ now: Instant, _ entry: (_ at: Int64, _ took: Int64) -> Entry) {
    self.state.withLock { state in
      let origin = state.origin ?? since
      state.origin = origin
      state.end = max(state.end, now)
      if state.entries.count < Self.maxEntries {
        state.entries.append(entry(now - origin, max(0, now - since)))
      } else {
        state.dropped += 1
      }
    }
  }

  /// Runs a call and writes down its beginning and its end.
  func call<Value>(in context: Context, _ body: () async throws -> Value) async throws -> Value {
    let operation = context.operation
    self.record(.callBegan, named: operation, because: context.correlationID ?? "", in: context)
    let since = context.runtime.now()
    do {
      let value = try await body()
      self.record(.callSucceeded, named: operation, since: since, in: context)
      return value
    } catch {
      self.record(.callFailed, named: operation, because: "\(error)", since: since, in: context)
      throw error
    }
  }

  /// Runs the operation and writes down its beginning and its end.
  func attempt<Value>(in context: Context, _ body: () async throws -> Value) async throws -> Value {
    self.record(.attemptBegan, in: context)
    let since = context.runtime.now()
    do {
      let value = try await body()
      self.record(.attemptSucceeded, since: since, in: context)
      return value
    } catch {
      self.record(.attemptFailed, because: "\(error)", since: since, in: context)
      throw error
    }
  }
}
