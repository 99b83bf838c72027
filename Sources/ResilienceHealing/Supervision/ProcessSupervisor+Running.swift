internal import Resilience
internal import ResilienceInterfaces
internal import Subprocess

extension ProcessSupervisor {
  /// How one life of a process ended.
  private struct Life: Sendable {
    let isSuccess: Bool
    let ending: String
    let wasStarted: Bool
  }

  /// Cares for one process until it is not wanted any more.
  func keepRunning(_ name: String, _ generation: Int) async {
    while let entry = self.next(name, generation) {
      let life = await self.live(entry.process, isRestart: entry.starts > 0)
      let (wasAsked, delay, isLoop) = self.bury(name, life)
      await self.removeRecord(name)
      if life.wasStarted {
        self.observer?.observe(.ended(name, ending: life.ending, wasAsked: wasAsked))
      } else {
        self.observer?.observe(.failedToStart(name, reason: life.ending))
      }
      if isLoop, let delay { self.observer?.observe(.crashLooping(name, next: delay)) }
      self.tellHealth(name)
      await self.wait(name, generation, delay)
    }
  }

  /// The process as it is to be started now; nil when it is not wanted any more, and then it is forgotten.
  private func next(_ name: String, _ generation: Int) -> Entry? {
    self.core.withLock { core in
      guard let entry = core.entries[name], entry.generation == generation else { return nil }
      if entry.wish == .stop || core.isStopping || Task.isCancelled {
        // Under the same lock: who wants it again from here on gets a loop of its own.
        if !core.isStopping { core.entries[name] = nil }
        return nil
      }
      core.entries[name]?.wish = .run
      return entry
    }
  }

  /// A life has ended: whether somebody had asked for it, and what follows.
  private func bury(_ name: String, _ life: Life) -> (wasAsked: Bool, delay: Duration?, isLoop: Bool) {
    let (now, wall) = (self.runtime.now(), self.wallClock())
    return self.core.withLock { core in
      guard var entry = core.entries[name] else { return (true, nil, false) }
      let wasAsked = entry.wish == .restart || entry.wish == .stop
      if entry.wish == .replace { entry.wish = .run }
      entry.pid = nil
      entry.health = nil
      entry.lastExit = life.ending
      entry.since = wall
      var delay: Duration? = .zero
      if !wasAsked {
        delay =
          life.wasStarted ? entry.machine.ended(isSuccess: life.isSuccess, at: now) : entry.machine.failedToStart()
        if !core.mayRestart { delay = nil }
      }
      entry.state = delay == nil || entry.wish == .stop ? .ended : entry.machine.isCrashLoop ? .crashLoop : .waiting
      entry.nextStart = delay.map { wall + $0.nanoseconds / 1_000_000 }
      core.entries[name] = entry
      return (wasAsked, delay, !wasAsked && entry.machine.isCrashLoop)
    }
  }

  /// Waits before the next start; without a length, until somebody asks for one.
  private func wait(_ name: String, _ generation: Int, _ delay: Duration?) async {
    let end = delay.map { self.runtime.now() + $0.nanoseconds } ?? .max
    while self.runtime.now() < end, let entry = self.current(name, generation), entry.wish == .run {
      let rest = delay == nil ? Self.look : min(Self.look, .nanoseconds(end - self.runtime.now()))
      do { try await self.runtime.sleep(for: rest) } catch { return }
    }
  }

  private func current(_ name: String, _ generation: Int) -> Entry? {
    self.core.withLock { $0.entries[name].flatMap { $0.generation == generation ? $0 : nil } }
  }

  private func change(_ name: String, _ body: (inout Entry) -> Void) {
    self.core.withLock { core in
      guard var entry = core.entries[name] else { return }
      body(&entry)
      core.entries[name] = entry
    }
  }

  private func tellHealth(_ name: String) {
    if let state = self.health(of: name) { self.signals(.health(subject: name, state: state)) }
  }

  /// One life: from its start to its end.
  private func live(_ process: SupervisedProcess, isRestart: Bool) async -> Life {
    let mark = SupervisionMark(
      owner: self.core.withLock { $0.mark }, name: process.name, supervisor: SystemProcesses.own)
    do {
      let result = try await Subprocess.run(
        process.command.configuration(adding: [SupervisionMark.variable: mark.text]), input: .none, output: .sequence,
        error: .combinedWithOutput
      ) { execution in
        let pid = Int64(execution.processIdentifier.value)
        await self.born(process, pid, isRestart: isRestart)
        try await withThrowingTaskGroup(of: Void.self) { group in
          group.addTask { try await self.watchWish(process, pid) }
          group.addTask { await self.check(process) }
          var lines = OutputLines()
          // Ends with the process, even where what it has started holds its outputs open.
          for try await buffer in execution.standardOutput {
            self.pass(lines.add(buffer.withUnsafeBytes { Array($0) }, at: self.runtime.now()), of: process)
          }
          self.pass(lines.end(at: self.runtime.now()), of: process)
          try await SystemProcesses.waitForEnd(of: pid, on: self.runtime)
          group.cancelAll()
        }
        // It is not reaped yet, so the group's id is its own: whatever it has left behind ends with it.
        SystemProcesses.send(SystemProcesses.kill, toGroup: pid)
      }
      let status = result.terminationStatus
      return Life(isSuccess: status.isSuccess, ending: ProcessEnding.text(status), wasStarted: true)
    } catch {
      let wasStarted = self.core.withLock { $0.entries[process.name]?.pid != nil }
      return Life(isSuccess: false, ending: HealingText.of(error), wasStarted: wasStarted)
    }
  }

  /// It runs: written down, and told.
  private func born(_ process: SupervisedProcess, _ pid: Int64, isRestart: Bool) async {
    let (now, wall) = (self.runtime.now(), self.wallClock())
    self.change(process.name) { entry in
      entry.pid = pid
      entry.state = .running
      entry.since = wall
      entry.starts += 1
      entry.nextStart = nil
      entry.machine.started(at: now)
    }
    let record = SupervisedProcessRecord(
      name: process.name, pid: pid, startTicks: SystemProcesses.status(of: pid)?.startTicks ?? 0,
      boot: SystemProcesses.boot)
    do throws(ControlStoreFailure) {
      try await self.store.saveProcess(record)
    } catch {
      self.observer?.observe(
        .storageFailed(error, consequence: "process '\(process.name)' is found again by its mark only"))
    }
    self.observer?.observe(.started(process.name, pid: pid, isRestart: isRestart))
    self.tellHealth(process.name)
  }

  /// What ended in order is not looked for at the next start; a record that stays does no harm, for its pid is checked.
  private func removeRecord(_ name: String) async {
    do throws(ControlStoreFailure) {
      try await self.store.removeProcess(named: name)
    } catch {
      self.observer?.observe(.storageFailed(error, consequence: "process '\(name)' is still written down as running"))
    }
  }

  /// Ends the process when that is wished: asks first, kills after the grace.
  private func watchWish(_ process: SupervisedProcess, _ pid: Int64) async throws {
    while self.core.withLock({ $0.entries[process.name]?.wish }) == .run {
      try await self.runtime.sleep(for: Self.look)
    }
    self.change(process.name) { $0.state = .stopping }
    SystemProcesses.send(process.stopSignal, toGroup: pid)
    try await self.runtime.sleep(for: process.stopGrace)
    SystemProcesses.send(SystemProcesses.kill, toGroup: pid)
  }

  /// Looks again and again whether the process works; one that does not is restarted.
  private func check(_ process: SupervisedProcess) async {
    guard let check = process.check else { return }
    let born = self.runtime.now()
    var bad = 0
    while true {
      do { try await self.runtime.sleep(for: check.interval) } catch { return }
      var reason = "not \(check.verification.summary)"
      var isWell = false
      do {
        isWell = try await Timeout(check.timeout).execute(in: Context(self.runtime)) {
          try await check.verification.isHealed(in: $0)
        }
      } catch {
        reason = HealingText.of(error)
      }
      if Task.isCancelled { return }
      let isEarly = self.runtime.now() - born < check.startPeriod.nanoseconds
      bad = isWell ? 0 : isEarly ? bad : bad + 1
      if isWell || bad >= check.fall {
        self.change(process.name) { $0.health = isWell ? .healthy : .unhealthy }
        self.tellHealth(process.name)
      }
      guard bad >= check.fall else { continue }
      self.observer?.observe(.unhealthy(process.name, reason: reason))
      self.core.withLock { core in
        if core.mayRestart, core.entries[process.name]?.wish == .run { core.entries[process.name]?.wish = .replace }
      }
      return
    }
  }

  private func pass(_ lines: [String], of process: SupervisedProcess) {
    for line in lines { self.observer?.observe(.printed(process.name, line: process.command.redacted(line))) }
  }
}
