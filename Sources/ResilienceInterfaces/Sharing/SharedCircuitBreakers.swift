public import Resilience

/// Shares the circuit breakers of a service among its instances: operators' decisions bind all, trips are told as
/// opinions.
///
/// Run one per process beside the calls. A breaker goes on deciding by itself; nothing of this is on the way of a call.
/// When the exchange cannot be reached each instance goes by what it knows itself, operators' last decisions included,
/// and says so: as an event, and in `isShared`. Cost: one exchange every `interval` and one with every trip.
public final class SharedCircuitBreakers: Sendable {
  private struct Entry {
    let breaker: CircuitBreaker
    var machine: OpinionMachine
    /// The operator's decision that was taken over from the exchange.
    var taken: BreakerOverride?
  }

  private struct State {
    var entries: [String: Entry] = [:]
    var isShared: Bool?
    var failure: StoreFailure?
    var instances = 1
  }

  /// The name of this instance.
  public let instance: String
  private let exchange: any OpinionExchange
  private let rules: SharingRules
  private let runtime: Runtime
  private let observer: (any Observer)?
  private let state = Lock(State())

  /// Makes a sharer without breakers.
  ///
  /// - Parameters:
  ///   - exchange: Where instances meet.
  ///   - instance: A name that no other process has, or has had; nil makes one by chance.
  ///   - rules: When others' opinions are heeded.
  ///   - runtime: Where time and chance come from.
  ///   - observer: Hears when the exchange is lost and when it is back.
  public init(
    _ exchange: any OpinionExchange, instance: String? = nil, rules: SharingRules = SharingRules(),
    on runtime: Runtime = .live, observer: (any Observer)? = nil
  ) {
    self.exchange = exchange
    self.instance = instance ?? String(runtime.random(), radix: 36) + String(runtime.random(), radix: 36)
    self.rules = rules
    self.runtime = runtime
    self.observer = observer
  }

  /// Whether the last exchange succeeded; false before the first.
  public var isShared: Bool { self.state.withLock { $0.isShared ?? false } }
  /// Why the last exchange failed; nil if it did not.
  public var failure: StoreFailure? { self.state.withLock { $0.failure } }
  /// How many instances there are, as far as is known.
  public var instances: Int { self.state.withLock { $0.instances } }

  /// Shares these breakers, by their names, from now on, and no others; what is known of those that stay is kept.
  public func share(_ breakers: [CircuitBreaker]) {
    self.state.withLock { state in
      let old = state.entries
      state.entries = [:]
      for breaker in breakers where !breaker.name.isEmpty {
        if let entry = old[breaker.name], entry.breaker === breaker {
          state.entries[breaker.name] = entry
        } else {
          state.entries[breaker.name] = Entry(breaker: breaker, machine: OpinionMachine(self.rules))
        }
      }
    }
  }

  /// Exchanges again and again, until the task is cancelled.
  public func run() async {
    let hints = self.exchange.hints()
    await withTaskGroup(of: Void.self) { group in
      let wakes = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
      if let hints {
        group.addTask { for await _ in hints { wakes.continuation.yield() } }
      }
      group.addTask {
        while (try? await self.runtime.sleep(for: self.rules.interval)) != nil { wakes.continuation.yield() }
        wakes.continuation.finish()
      }
      for await _ in wakes.stream { await self.step() }
      group.cancelAll()
    }
  }

  /// Exchanges once.
  public func step() async {
    let entries = self.state.withLock { $0.entries }
    let locals = entries.mapValues { Self.local($0.breaker, self.runtime) }
    let told = locals.compactMap { name, local in
      OpinionMachine.told(local).map { BreakerOpinion(breaker: name, instance: self.instance, serial: $0) }
    }
    let lifetime = self.rules.lifetime
    do throws(StoreFailure) {
      let shared = try await self.exchange.exchange(told, of: self.instance, lifetime: lifetime)
      self.settle(.success(shared))
      for (name, entry) in entries { self.obey(shared.overrides.first { $0.breaker == name }, name, entry) }
      self.heed(shared)
    } catch {
      self.settle(.failure(error))
    }
  }

  /// What the breaker knows itself.
  private static func local(_ breaker: CircuitBreaker, _ runtime: Runtime) -> OpinionMachine.Local {
    let snapshot = breaker.snapshot(on: runtime)
    let phase: OpinionMachine.Local.Phase
    switch snapshot.state {
    case .closed, .observing: phase = .closed
    case .open: phase = snapshot.reasons.cause.isOwnEvidence ? .tripped(snapshot.generation) : .following
    // What it thought before the open time was over is being looked into: nothing is told until the probes have ended.
    case .halfOpen: phase = .following
    case .isolated, .disabled: phase = .overridden
    }
    return OpinionMachine.Local(
      phase: phase, tally: snapshot.tally, consecutiveFailures: snapshot.consecutiveFailures)
  }

  private func heed(_ shared: SharedOpinions) {
    var others: [String: [String: UInt64]] = [:]
    for opinion in shared.opinions where opinion.instance != self.instance {
      others[opinion.breaker, default: [:]][opinion.instance] = opinion.serial
    }
    let entries = self.state.withLock { $0.entries }
    for (name, entry) in entries {
      let local = Self.local(entry.breaker, self.runtime)
      let opinions = others[name] ?? [:]
      let action = self.state.withLock { state in
        state.entries[name]?.machine.step(local, opinions, instances: shared.instances) ?? .nothing
      }
      if case .heed(let count, let isQuorum) = action {
        entry.breaker.heed(opinions: count, of: shared.instances, isQuorum: isQuorum, on: self.runtime)
      }
    }
  }

  /// Does what an operator has decided, wherever he has.
  private func obey(_ override: BreakerOverride?, _ name: String, _ entry: Entry) {
    let now = self.runtime.unixMilliseconds()
    let override = override.flatMap { $0.isExpired(at: now) ? nil : $0 }
    guard override != entry.taken else { return }
    self.state.withLock { $0.entries[name]?.taken = override }
    let decision = entry.breaker.snapshot(on: self.runtime).operatorDecision
    if let override {
      let state = override.state.operatorState
      // He may have decided here.
      if decision?.state == state, decision?.reason == override.reason, decision?.actor == override.actor { return }
      entry.breaker.take(
        state, reason: override.reason, actor: override.actor,
        for: override.expires.map { .milliseconds($0 - now) }, on: self.runtime)
    } else if let decision, let taken = entry.taken, decision.reason == taken.reason, decision.actor == taken.actor {
      entry.breaker.letGo(reason: "the decision was taken back", actor: taken.actor, on: self.runtime)
    }
  }

  private func settle(_ result: Result<SharedOpinions, StoreFailure>) {
    let event = self.state.withLock { state -> Event.Kind? in
      let before = state.isShared
      switch result {
      case .success(let shared):
        state.isShared = true
        state.failure = nil
        state.instances = shared.instances
        // The first success is no news.
        guard before == false else { return nil }
        return .sharingChanged(isShared: true, reason: "\(shared.instances) instances")
      case .failure(let failure):
        state.isShared = false
        state.failure = failure
        return before == false ? nil : .sharingChanged(isShared: false, reason: failure.description)
      }
    }
    guard let event else { return }
    self.observer?.observe(
      Event(event, policy: .circuitBreaker, name: "", at: self.runtime.now()))
  }
}
