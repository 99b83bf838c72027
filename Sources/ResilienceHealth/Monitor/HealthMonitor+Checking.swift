internal import Resilience
internal import ResilienceInterfaces

extension HealthMonitor {
  /// Makes a check now, or waits for the one that is under way.
  ///
  /// - Returns: Its result; nil if there is no such check, or the task was cancelled.
  public func check(_ name: String) async -> CheckResult? {
    guard let index = self.graph.position(of: name), self.components[index].check != nil else { return nil }
    return await self.perform(index, isForced: true)
  }

  func perform(_ index: Int, isForced: Bool) async -> CheckResult? {
    guard let check = self.components[index].check else { return nil }
    let now = self.runtime.now()
    var other: AsyncStream<CheckResult>?
    let start = self.core.withLock { core -> HealthMachine.Start? in
      let start = core.checks[index]?.begin(at: now, isForced: isForced)
      if start == .running {
        let (stream, continuation) = AsyncStream.makeStream(of: CheckResult.self)
        core.waiting[index, default: []].append(continuation)
        other = stream
      }
      return start
    }
    switch start {
    case .run(let serial): return await self.execute(check, index, serial)
    case .running:
      guard let other else { return nil }
      for await result in other { return result }
      return nil
    case .notDue, nil: return self.core.withLock { $0.checks[index]?.last }
    }
  }

  /// Runs the check under its time-out, and beside it somebody who counts when it does not come back.
  private func execute(_ check: any HealthCheck, _ index: Int, _ serial: UInt64) async -> CheckResult? {
    let schedule = self.components[index].schedule
    let result = await withTaskGroup(of: Void.self) { group in
      group.addTask { await self.countOverdue(index, serial, schedule) }
      let result = await self.result(of: check, within: schedule.timeout)
      group.cancelAll()
      return result
    }
    let now = self.runtime.now()
    let chance = self.runtime.random()
    let change = self.core.withLock { core -> HealthMachine.Change? in
      let change = core.checks[index]?.end(serial, result, at: now, chance: chance)
      if result != nil { core.settle(index) }
      return change
    }
    self.finish(index, result, change, at: now)
    return result
  }

  private func result(of check: any HealthCheck, within limit: Duration) async -> CheckResult? {
    do {
      return try await Timeout(limit).execute(in: Context(self.runtime)) { try await check.check(in: $0) }
    } catch is CancellationError {
      // The monitor ends: that says nothing about the dependency.
      return Task.isCancelled ? nil : .unhealthy("the check was cancelled")
    } catch let rejection as Rejection where rejection.reason == .timeout {
      return .unhealthy("the check took longer than \(limit)")
    } catch {
      return .unhealthy("\(error)")
    }
  }

  private func countOverdue(_ index: Int, _ serial: UInt64, _ schedule: CheckSchedule) async {
    // A little later than the time-out itself, which nearly always ends the check.
    var next = schedule.timeout + min(schedule.timeout / 10, .milliseconds(100))
    while true {
      do { try await self.runtime.sleep(for: next) } catch { return }
      let now = self.runtime.now()
      let change = self.core.withLock { core -> HealthMachine.Change? in
        let change = core.checks[index]?.expire(serial, at: now)
        core.settle(index)
        return change
      }
      self.tell(index, change, at: now)
      next = schedule.interval
    }
  }

  private func finish(_ index: Int, _ result: CheckResult?, _ change: HealthMachine.Change?, at now: Instant) {
    let waiting = self.core.withLock { $0.waiting.removeValue(forKey: index) ?? [] }
    for continuation in waiting {
      if let result { continuation.yield(result) }
      continuation.finish()
    }
    self.tell(index, change, at: now)
  }

  private func tell(_ index: Int, _ change: HealthMachine.Change?, at now: Instant) {
    guard let change else { return }
    let (listeners, output) = self.core.withLock { ($0.listeners.values.map { $0 }, $0.checks[index]?.last?.output) }
    let told = HealthChange(
      name: self.graph.nodes[index].name, from: change.from, to: change.to, output: output, at: now)
    for listener in listeners { listener.yield(told) }
  }
}
