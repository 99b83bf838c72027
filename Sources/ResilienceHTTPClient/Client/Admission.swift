internal import Resilience

/// The places in breaker and bulkhead that one attempt holds, until its response has ended.
final class Admission {
  private var probe: Permit<CircuitBreaker>?
  private var place: Permit<Bulkhead>?
  private let breaker: CircuitBreaker

  init(_ probe: consuming Permit<CircuitBreaker>, _ place: consuming Permit<Bulkhead>, _ breaker: CircuitBreaker) {
    self.probe = consume probe
    self.place = consume place
    self.breaker = breaker
  }

  /// What an error says about the dependency.
  func verdict(on error: any Error) -> Verdict { self.breaker.verdict(on: error) }

  /// Gives both back; the first report counts.
  func end(_ verdict: Verdict, _ error: (any Error)? = nil) {
    self.place.take()?.complete(verdict, error)
    self.probe.take()?.complete(verdict, error)
  }
}
