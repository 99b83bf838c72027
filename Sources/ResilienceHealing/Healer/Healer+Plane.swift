internal import Resilience
public import ResilienceInterfaces

extension Healer: HealingPlane {
  /// Workflows, processes, stop and success.
  public func status() async -> HealingStatus {
    let now = self.runtime.now()
    let processes = self.processes?.statuses() ?? []
    return self.core.withLock { core in
      let workflows = core.settings.workflows.map { workflow in
        let known = core.machine.workflows[workflow.name]
        let quiet = known?.quietUntil.flatMap { $0 > now ? self.wall(of: $0) : nil }
        return HealingStatus.Workflow(
          name: workflow.name, trigger: workflow.trigger.summary, actions: workflow.actions.map(\.summary),
          verification: workflow.verification.summary, isDryRun: workflow.policy.isDryRun || core.settings.isDryRun,
          isRunning: known?.isRunning ?? false, quietUntil: quiet,
          budgetLeft: core.machine.budgetLeft(of: workflow.name, at: now))
      }
      let acted = core.outcomes.filter { $0.result == .healed || $0.result == .failed || $0.result == .refused }
      let recoveries = acted.compactMap(\.recoveryMilliseconds).map(Double.init)
      return HealingStatus(
        isEnabled: core.settings.isEnabled, isAutomatic: core.settings.isAutomatic, stop: core.stop,
        budgetLeft: core.machine.commonBudgetLeft(at: now), workflows: workflows, processes: processes,
        successRate: acted.isEmpty ? nil : Double(acted.count { $0.result == .healed }) / Double(acted.count),
        meanRecoveryMilliseconds: recoveries.isEmpty ? nil : recoveries.reduce(0, +) / Double(recoveries.count))
    }
  }

  /// The newest runs, newest first.
  public func runs(limit: Int) async throws(ControlFailure) -> [HealingRun] {
    do throws(ControlStoreFailure) {
      return try await self.store.loadRuns(limit: limit)
    } catch {
      throw .storage(error)
    }
  }

  /// Starts a workflow by an operator's hand.
  public func start(
    _ name: String, dryRun: Bool, reason: String, actor: String
  ) async throws(ControlFailure) -> HealingRun {
    let reason = try OverrideRequest.checkedReason(reason)
    let (refusal, found, names) = self.core.withLock { core in
      let refusal = core.machine.request(name)
      return (refusal, core.settings.workflows.first { $0.name == name }, core.settings.workflows.map(\.name))
    }
    if let refusal { throw Self.failure(refusal, name, known: names) }
    guard let workflow = found else { throw .unknownWorkflow(name: name, known: names) }
    let run = self.makeRun(
      of: workflow, trigger: "an operator: \(reason)", actor: actor, isDryRun: dryRun, detectedAt: self.wallClock())
    let record = AuditRecord(
      at: run.startedAt, actor: actor, action: "healing.run", subject: name, reason: reason, before: "",
      after: run.isDryRun ? "dry run \(run.id)" : "run \(run.id)")
    self.core.withLock { _ = $0.active.insert(run.id) }
    do throws(ControlStoreFailure) {
      try await self.store.saveRun(run, recording: record)
    } catch {
      self.core.withLock { _ = $0.active.remove(run.id) }
      self.settle(name, .stopped)
      throw .storage(error)
    }
    self.queue.yield(.begin(run, workflow))
    return run
  }

  private static func failure(
    _ refusal: HealingMachine.Refusal, _ name: String, known: [String]
  ) -> ControlFailure {
    switch refusal {
    case .unknown: .unknownWorkflow(name: name, known: known)
    case .disabled: .conflict(detail: "Healing is switched off; set healing.enabled, or SELF_HEALING_ENABLED, to true.")
    case .stopped: .conflict(detail: "Healing is stopped; DELETE /api/healing/stop first.")
    case .running: .conflict(detail: "The workflow '\(name)' is running already; wait for its end.")
    case .budgetSpent, .commonBudgetSpent:
      .conflict(detail: "The budget of actions is spent; wait, or raise healing.budget.")
    }
  }

  /// Undoes, newest first, what an ended run changed.
  ///
  /// Also while healing is stopped: it is the operator's own hand that puts values back.
  public func rollBack(run id: String, reason: String, actor: String) async throws(ControlFailure) -> HealingRun {
    let reason = try OverrideRequest.checkedReason(reason)
    var run = try await self.endedRun(id)
    let isFree = self.core.withLock { $0.active.insert(id).inserted }
    guard isFree else { throw .conflict(detail: "The run '\(id)' is being rolled back by somebody else.") }
    defer { self.core.withLock { _ = $0.active.remove(id) } }
    let steps = run.undoable
    guard !steps.isEmpty else { throw .conflict(detail: "The run '\(id)' has changed nothing that can be put back.") }
    let record = AuditRecord(
      at: self.wallClock(), actor: actor, action: "healing.rollback", subject: run.workflow, reason: reason,
      before: "run \(id): \(run.result?.rawValue ?? "")", after: steps.map(\.step.name).joined(separator: ", "))
    do throws(ControlStoreFailure) {
      try await self.store.saveRun(run, recording: record)
    } catch {
      throw .storage(error)
    }
    var isWhole = true
    for (_, step) in steps {
      guard let value = step.undo else { continue }
      let report = await self.putBack(value, step, self.action(step, of: run.workflow), attempt: 0, &run)
      if report != .undone(true) { isWhole = false }
    }
    run.isRolledBack = isWhole
    await self.save(run)
    self.tell(.rolledBack(run, actor: actor))
    return run
  }

  private func endedRun(_ id: String) async throws(ControlFailure) -> HealingRun {
    let found: HealingRun?
    do throws(ControlStoreFailure) {
      found = try await self.store.loadRun(id: id)
    } catch {
      throw .storage(error)
    }
    guard let run = found else { throw .unknownRun(id: id) }
    guard run.isEnded else {
      throw .conflict(detail: "The run '\(id)' has not ended; stop healing or wait for its end.")
    }
    return run
  }

  /// The action that a step carried out, in the workflow as it is configured now, or in any other that has it.
  private func action(_ step: HealingStep, of workflow: String) -> (any HealingAction)? {
    let workflows = self.core.withLock { $0.settings.workflows }
    let own = workflows.filter { $0.name == workflow } + workflows
    return own.lazy.flatMap(\.actions).first { $0.summary == step.name }
  }

  /// Stops all healing at once; an action that is under way ends, nothing else begins.
  public func stop(reason: String, actor: String) async throws(ControlFailure) -> HealingStatus {
    let reason = try OverrideRequest.checkedReason(reason)
    let stop = HealingStop(actor: actor, reason: reason, since: self.wallClock())
    let before = self.core.withLock { core in
      defer {
        core.set(stop)
        core.isStopSaved = false
      }
      return core.stop
    }
    self.tell(.stopChanged(stop, actor: actor))
    do throws(ControlStoreFailure) {
      try await self.store.saveStop(stop, recording: self.record("healing.stop", reason, actor, before, "stopped"))
      self.core.withLock { $0.isStopSaved = true }
    } catch {
      // Unlike other decisions it holds all the same: whoever pulls this brake must not depend on a disk.
      throw .conflict(
        detail: "Healing is stopped, but only until the program ends, for it could not be saved: \(error)")
    }
    return await self.status()
  }

  /// Ends the global stop.
  public func resume(reason: String, actor: String) async throws(ControlFailure) -> HealingStatus {
    let reason = try OverrideRequest.checkedReason(reason)
    let before = self.core.withLock { $0.stop }
    do throws(ControlStoreFailure) {
      try await self.store.saveStop(nil, recording: self.record("healing.resume", reason, actor, before, "running"))
    } catch {
      throw .storage(error)
    }
    self.core.withLock { $0.set(nil) }
    self.tell(.stopChanged(nil, actor: actor))
    return await self.status()
  }

  private func record(
    _ action: String, _ reason: String, _ actor: String, _ before: HealingStop?, _ after: String
  ) -> AuditRecord {
    AuditRecord(
      at: self.wallClock(), actor: actor, action: action, subject: "healing", reason: reason,
      before: before.map { "stopped by \($0.actor)" } ?? "running", after: after)
  }
}
