extension CircuitBreaker {
  /// Why it is in its state, in English.
  func explanation(_ core: Core, _ tally: Tally, at now: Instant) -> String {
    let machine = core.machine
    if let taken = core.taken {
      let end = taken.expires.map { ", for another \(Self.seconds($0 - now))" } ?? ""
      return "\(Self.title(taken.state)) by \(taken.actor): \(taken.reason)\(end)."
    }
    switch machine.state {
    case .closed:
      let history = machine.cause == .fresh ? "It has never opened." : "Closed because \(machine.cause)."
      return "\(history) \(tally.failures) of the \(tally.total) calls in the window failed."
    case .open(let until):
      let rest = until > now ? "Probes are admitted in \(Self.seconds(until - now))." : "The next call is a probe."
      let last = core.lastCause.map { " The last failure: \($0)." } ?? ""
      return "Open because \(machine.cause).\(last) \(rest)"
    case .ramping(let ramp):
      return "Ramping because \(machine.cause), until \(ramp.until)"
    case .halfOpen(let probes):
      return
        "Half-open because \(machine.cause). \(probes.successes) of \(machine.settings.successThreshold) probes "
        + "succeeded, \(probes.leases.count) of at most \(machine.settings.permittedProbes) are under way."
    }
  }

  private static func title(_ state: OperatorState) -> String {
    switch state {
    case .isolated: "Isolated"
    case .disabled: "Disabled"
    case .observing: "Observing"
    }
  }

  private static func seconds(_ nanoseconds: Int64) -> String {
    let tenths = (Double(nanoseconds) / 1e8).rounded() / 10
    return "\(tenths) s"
  }
}
