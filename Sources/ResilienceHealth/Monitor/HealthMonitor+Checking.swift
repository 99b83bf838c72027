internal import Resilience
internal import ResilienceInterfaces

extension HealthMonitor {
  /// Makes a check now, or waits for the one that is under way.
  ///
  /// - Returns: Its result; nil if there is no such check, it was replaced meanwhile, or the task was cancelled.
  public func check(_ name: String) async -> CheckResult? {
    guard let slot = self.core.withLock({ $0.slots[name]?.name }) else { return nil }
    return await self.perform(slot, isForced: true)
  }

  func perform(_ name: SlotName, isForced: Bool) async -> CheckResult? {
    let now = self.runtime.now()
    var other: AsyncStream<CheckResult>?
    let found = self.core.withLock { core -> (HealthMachine.Start, Slot)? in
      guard core.slot(name) != nil else { return nil }
      let start = core.slots[name.component]?.machine.begin(at: now, isForced: isForced)
      if start == .running {
        let (stream, continuation) = AsyncStream.makeStream(of: CheckResult.self)
        core.slots[name.component]?.waiting.append(continuation)
        other = stream
      }
      guard let start, let slot = core.slot(name) else { return nil }
      return (start, slot)
    }
    guard let (start, slot) = found else { return nil }
    switch start {
    case .run(let serial): return await self.execute(slot, serial)
    case .running:
      guard let other else { return nil }
      for await result in other { return result }
      return nil
    case .notDue: return slot.machine.last
    }
  }

  /// Runs the check under its time-out, and beside it somebody who counts when it does not come back.
  private func execute(_ slot: Slot, _ serial: UInt64) async -> CheckResult? {
    let schedule = slot.machine.schedule
    let result = await withTaskGroup(of: Void.self) { group in
      group.addTask { await self.countOverdue(slot.name, serial, schedule) }
      let result = await self.result(of: slot.check, within: schedule.timeout)
      group.cancelAll()
      return result
    }
    let now = self.runtime.now()
    let chance = self.runtime.random()
    let name = slot.name.component
    let (change, waiting) = self.core.withLock {
      core -> (HealthMachine.Change?, [AsyncStream<CheckResult>.Continuation]) in
      // Of a check that was replaced meanwhile nobody wants to hear any more.
      guard core.slot(slot.name) != nil else { return (nil, []) }
      let change = core.slots[name]?.machine.end(serial, result, at: now, chance: chance)
      if result != nil { core.settle(name) }
      let waiting = core.slots[name]?.waiting ?? []
      core.slots[name]?.waiting = []
      return (change, waiting)
    }
    for continuation in waiting {
      if let result { continuation.yield(result) }
      continuation.finish()
    }
    self.tell(name, change, at: now)
    return result
  }

  private func result(of check: any HealthCheck, within limit: Duration) async -> CheckResult? {
    do {
      return try await Timeout(limit).execute(in: Context(self.runtime)) { try await check.check(in: $0) }
    } catch is CancellationError {
      // The monitor ends: that says nothing about the dependency.
      return Task.isCancelled ? nil : .unhealthy("the check was cancelled")
    } catch let rejection as Rejection where rejection.reason == .timeout {
      return .unhealthy("the check took longer than \(limit.inWords)")
    } catch {
      return .unhealthy("\(error)")
    }
  }

  private func countOverdue(_ slot: SlotName, _ serial: UInt64, _ schedule: CheckSchedule) async {
    // A little later than the time-out itself, which nearly always ends the check.
    var next = schedule.timeout + min(schedule.timeout / 10, .milliseconds(100))
    while true {
      do { try await self.runtime.sleep(for: next) } catch { return }
      let now = self.runtime.now()
      let change = self.core.withLock { core -> HealthMachine.Change? in
        guard core.slot(slot) != nil else { return nil }
        let change = core.slots[slot.component]?.machine.expire(serial, at: now)
        core.settle(slot.component)
        return change
      }
      self.tell(slot.component, change, at: now)
      next = schedule.interval
    }
  }

  private func tell(_ name: String, _ change: HealthMachine.Change?, at now: Instant) {
    guard let change else { return }
    let (listeners, output) = self.core.withLock { core in
      (core.listeners.sorted { $0.key < $1.key }.map(\.value), core.slots[name]?.machine.last?.output)
    }
    let told = HealthChange(name: name, from: change.from, to: change.to, output: output, at: now)
    for listener in listeners { listener.yield(told) }
  }
}
