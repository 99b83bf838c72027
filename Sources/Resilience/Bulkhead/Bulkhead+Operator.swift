extension Bulkhead {
  /// Refuses every call from now on, those who wait included; who is inside is left alone.
  ///
  /// - Parameters:
  ///   - reason: Why; shown to everybody who meets the bulkhead.
  ///   - actor: Who.
  ///   - length: For how long; nil is until `lift`.
  ///   - runtime: Where time comes from.
  public func isolate(reason: String, actor: String, for length: Duration? = nil, on runtime: Runtime = .live) {
    self.change(in: Context(runtime)) { core, now in
      let isolation = Isolation(
        reason: reason, actor: actor, since: now, expires: length.map { now + $0.nanoseconds })
      self.beginIsolation(&core, isolation)
    }
  }

  /// Admits calls again; does nothing when it is not isolated.
  public func lift(reason: String, actor: String, on runtime: Runtime = .live) {
    self.change(in: Context(runtime)) { core, _ in
      guard core.isolation != nil else { return }
      core.isolation = nil
      core.happened.append(.overridden(state: nil, reason: reason, actor: actor))
    }
  }

  func beginIsolation(_ core: inout Core, _ isolation: Isolation) {
    let wasIsolated = core.isolation != nil
    core.isolation = isolation
    for ticket in core.machine.leaveAll() { core.dismiss(ticket) }
    if !isolation.isByRule {
      core.happened.append(.overridden(state: "isolated", reason: isolation.reason, actor: isolation.actor))
    } else if !wasIsolated {
      core.happened.append(.transitioned(from: "admitting", to: "isolated", reason: isolation.reason))
    }
  }

  func endIsolation(_ core: inout Core, _ reason: String) {
    core.isolation = nil
    core.happened.append(.transitioned(from: "isolated", to: "admitting", reason: reason))
  }
}
