extension CircuitBreaker {
  /// The bytes that the breaker holds, by construction: nothing of it grows with calls.
  ///
  /// Counted at their largest are the rings of outcomes and transitions and the probes' leases; not counted are the
  /// errors that outcomes refer to and what the allocator adds.
  var footprint: Int {
    let (core, fixed) = self.core.withLock { ($0, MemoryLayout<Core>.stride) }
    let boxes = ([core.box, core.trial?.box].compactMap { $0 } + core.formerBoxes).map(\.footprint)
    let rings =
      (core.against.capacity * 2) * MemoryLayout<Outcome>.stride
      + (core.transitions.capacity + (core.trial?.transitions.capacity ?? 0)) * MemoryLayout<Transition>.stride
    let leases = core.machine.settings.permittedProbes * MemoryLayout<CircuitBreakerMachine.Lease>.stride
    return fixed + rings + leases + boxes.reduce(0, +) + core.trend.footprint + (core.latencies?.footprint ?? 0)
      + RefusalBoard.footprint + self.shared.count * 8
  }
}

extension WindowBox {
  var footprint: Int { self.window.footprint }
}
