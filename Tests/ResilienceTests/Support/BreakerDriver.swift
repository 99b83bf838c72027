import Resilience

/// Drives a breaker by hand, call by call, on a clock that only the test moves.
struct BreakerDriver {
  let time = ManualTime()
  let breaker: CircuitBreaker
  var runtime: Runtime { self.time.runtime }
  var context: Context { Context(self.time.runtime) }

  init(_ configuration: CircuitBreaker.Configuration, observer: (any Observer)? = nil) {
    self.breaker = CircuitBreaker("driven", configuration, observer: observer)
  }

  func admit() throws(Rejection) -> Token {
    var context = self.context
    if let token = self.breaker.tryAdmit(&context) { return token }
    guard let token = try self.breaker.admit(in: context) else {
      throw Rejection(.cancelled, by: .circuitBreaker, named: "a breaker never asks to wait")
    }
    return token
  }

  func end(_ token: Token, _ verdict: Verdict, number: Int = 0) {
    let error: (any Error)? = verdict == .failure ? Boom(number: number) : nil
    self.breaker.release(token, verdict, error, in: self.context)
  }

  /// One call from beginning to end.
  func call(_ verdict: Verdict, took length: Duration = .zero, number: Int = 0) throws(Rejection) {
    let token = try self.admit()
    self.time.advance(by: length)
    self.end(token, verdict, number: number)
  }

  func calls(_ verdicts: [Verdict]) throws(Rejection) {
    for verdict in verdicts { try self.call(verdict) }
  }

  var state: CircuitBreaker.State { self.breaker.state(on: self.runtime) }
  var snapshot: CircuitBreaker.Snapshot { self.breaker.snapshot(on: self.runtime) }
}
