import Resilience
import ResilienceSimulation

/// A gate under trace: breaker, bulkhead, rate limiter.
///
/// Calls that may wait do so in the simulation: they are answered with `"queued":true`, and the line at whose time they
/// got in or gave up names them under `granted` or `refused`.
final class GateTrace<G: Gate>: TracePolicy {
  private struct Failure: Error {}

  /// A call that has waited: let in with a token, or refused.
  private struct Waited: Sendable {
    let id: String
    let token: Token?
  }

  /// Those whose wait has just ended, in order.
  private final class Settled: Sendable {
    let calls = Lock<[Waited]>([])
  }

  private let gate: G
  private let world: Simulation
  private let state: ((Runtime) -> String)?
  private var admitted: [String: Token] = [:]
  private var waiting: Set<String> = []
  private let settled = Settled()

  /// A trace.
  ///
  /// - Parameters:
  ///   - gate: The policy.
  ///   - state: What is answered as its state, if it has one.
  init(_ gate: G, state: ((Runtime) -> String)? = nil) {
    self.gate = gate
    self.state = state
    self.world = TraceTime.world()
  }

  func hear(_ event: borrowing TraceEvent, at now: Int64, _ answer: inout TraceAnswer) throws(TraceFault) {
    let instant = TraceTime.origin + now
    self.world.drain(until: instant)
    let id = String(decoding: event.id, as: UTF8.self)
    switch event.operation {
    case .acquire: try self.acquire(id, &answer)
    case .success: self.release(id, .success, event.duration, at: instant)
    case .failure: self.release(id, .failure, event.duration, at: instant)
    case .ignored: self.release(id, .ignored, event.duration, at: instant)
    case .new, .run, .sample: throw self.strange(event, expected: "acquire, success, failure, ignored or new")
    }
    if let state {
      answer.add(",\"state\":\"")
      answer.add(state(self.world.runtime))
      answer.add("\"")
    }
    if !self.waiting.isEmpty { self.tellSettled(&answer) }
  }

  private func acquire(_ id: String, _ answer: inout TraceAnswer) throws(TraceFault) {
    guard self.admitted[id] == nil, !self.waiting.contains(id) else {
      throw TraceFault("the call \(id) is under way", expected: "its end, or another id")
    }
    var isAllowed = false
    do throws(Rejection) {
      var context = Context(self.world.runtime)
      if let token = self.gate.tryAdmit(&context) {
        self.admitted[id] = token
        isAllowed = true
      } else if let token = try self.gate.admit(in: context) {
        self.admitted[id] = token
        isAllowed = true
      } else {
        self.wait(id)
        // It may be let in, or refused, without having waited.
        let answered = self.settled.calls.withLock { calls -> Waited? in
          calls.firstIndex { $0.id == id }.map { calls.remove(at: $0) }
        }
        if answered != nil { self.waiting.remove(id) }
        self.admitted[id] = answered?.token
        isAllowed = answered?.token != nil
      }
    } catch {}
    answer.add(",\"allowed\":")
    answer.add(isAllowed)
    if self.waiting.contains(id) { answer.add(",\"queued\":true") }
  }

  private func wait(_ id: String) {
    self.waiting.insert(id)
    let (gate, settled, context) = (self.gate, self.settled, Context(self.world.runtime))
    Task(executorPreference: self.world) {
      let token = try? await gate.waitForAdmission(in: context)
      settled.calls.withLock { $0.append(Waited(id: id, token: token)) }
    }
    self.world.drain(until: self.world.now())
  }

  /// A call has ended.
  ///
  /// One that is not under way changes nothing: the trace may be of an implementation that let it pass where this one
  /// refused it.
  private func release(_ id: String, _ verdict: Verdict, _ duration: Int64?, at instant: Instant) {
    guard let token = self.admitted.removeValue(forKey: id) else { return }
    let known = duration.map { token.began(at: instant - $0) } ?? token
    self.gate.release(known, verdict, verdict == .failure ? Failure() : nil, in: Context(self.world.runtime))
    self.world.drain(until: instant)
  }

  private func tellSettled(_ answer: inout TraceAnswer) {
    let settled = self.settled.calls.withLock { calls in
      let all = calls
      calls.removeAll()
      return all
    }
    guard !settled.isEmpty else { return }
    for call in settled {
      self.waiting.remove(call.id)
      if let token = call.token { self.admitted[call.id] = token }
    }
    self.tell("granted", settled.filter { $0.token != nil }, &answer)
    self.tell("refused", settled.filter { $0.token == nil }, &answer)
  }

  private func tell(_ key: String, _ calls: [Waited], _ answer: inout TraceAnswer) {
    guard !calls.isEmpty else { return }
    answer.add(",\"\(key)\":[\(calls.map(\.id).joined(separator: ","))]")
  }
}
