internal import Resilience
internal import ResilienceInterfaces

extension Healer {
  /// Carries a run out from its beginning to its end.
  func perform(_ begun: HealingRun, _ workflow: HealingWorkflow) async {
    var run = begun
    self.core.withLock { _ = $0.active.insert(begun.id) }
    self.tell(.started(run))
    if run.isDryRun { return await self.plan(run, workflow) }
    var machine = HealingRunMachine(workflow.policy, actions: workflow.actions.count)
    await self.drive(&run, workflow, &machine, from: machine.begin())
  }

  /// A dry run: what would be done is written down, and nothing is done.
  private func plan(_ planned: HealingRun, _ workflow: HealingWorkflow) async {
    var run = planned
    let now = self.wallClock()
    for (index, action) in workflow.actions.enumerated() {
      _ = run.append(
        HealingStep(kind: .act, name: action.summary, action: index, attempt: 1, state: .planned, at: now))
    }
    _ = run.append(
      HealingStep(kind: .verify, name: workflow.verification.summary, attempt: 1, state: .planned, at: now))
    await self.end(&run, workflow, .planned, "a dry run: nothing was done")
  }

  /// Follows the machine's orders until it ends the run.
  ///
  /// A cancelled task leaves the run as it was written down: the next start of the program takes it up.
  func drive(
    _ run: inout HealingRun, _ workflow: HealingWorkflow, _ machine: inout HealingRunMachine,
    from first: HealingRunMachine.Order
  ) async {
    var order = first
    while true {
      let report: HealingRunMachine.Report
      run.attempt = machine.attempt
      switch order {
      case .act(let index): report = await self.act(index, &run, workflow)
      case .verify: report = await self.verify(&run, workflow)
      case .undo(let index): report = await self.undo(index, &run, workflow)
      case .wait(let length): report = await self.wait(length, &run)
      case .end(let result, let tellsPerson):
        if tellsPerson { await self.escalate(&run, workflow) }
        return await self.end(&run, workflow, result, run.explanation)
      }
      if Task.isCancelled { return }
      order = machine.next(after: report, of: order)
    }
  }

  private func act(
    _ index: Int, _ run: inout HealingRun, _ workflow: HealingWorkflow
  ) async
    -> HealingRunMachine.Report
  {
    let now = self.runtime.now()
    if let refusal = self.core.withLock({ $0.machine.admit(actionOf: workflow.name, at: now) }) {
      return self.report(refusal, &run)
    }
    let action = workflow.actions[index]
    run.phase = .acting
    var step = HealingStep(
      kind: .act, name: action.summary, action: index, attempt: run.attempt, state: .intended, at: self.wallClock())
    do {
      step.undo = try await self.bounded(.seconds(10)) { _ in try await action.prepare() }
    } catch {
      step.state = .failed
      step.output = "it was not tried: \(HealingText.of(error))"
      return await self.conclude(step, run.append(step), &run, action.kind)
    }
    let position = run.append(step)
    do throws(ControlStoreFailure) {
      try await self.store.saveRun(run, recording: nil)
    } catch {
      self.tell(.storageFailed(error, consequence: "'\(action.summary)' is not carried out"))
      run.steps[position].state = .failed
      run.explanation = "the intent to \(action.summary) could not be saved"
      return .refused
    }
    // Whoever stopped healing while the intent was being saved meant this action, too.
    if self.isStopped {
      run.steps[position].state = .failed
      run.steps[position].output = "healing was stopped before it began"
      run.explanation = "healing was stopped"
      return .stopped
    }
    do {
      step.output = HealingText.bounded(
        try await self.bounded(workflow.policy.actionTimeout) { try await action.perform(in: $0) })
      step.state = .done
    } catch {
      // Ended with the program: the next start looks what came of it.
      if Task.isCancelled { return .acted(false) }
      step.state = .failed
      step.output = HealingText.of(error)
    }
    return await self.conclude(step, position, &run, action.kind)
  }

  private func report(_ refusal: HealingMachine.Refusal, _ run: inout HealingRun) -> HealingRunMachine.Report {
    switch refusal {
    case .stopped:
      run.explanation = "healing was stopped"
      return .stopped
    case .budgetSpent: run.explanation = "the workflow's budget of actions is spent"
    case .commonBudgetSpent: run.explanation = "the common budget of actions is spent"
    case .unknown, .disabled, .running: run.explanation = "the workflow is gone"
    }
    return .refused
  }

  /// Writes down how a step ended.
  private func conclude(
    _ step: HealingStep, _ position: Int, _ run: inout HealingRun, _ kind: String
  ) async -> HealingRunMachine.Report {
    var step = step
    step.endedAt = self.wallClock()
    run.steps[position] = step
    if step.state == .failed { run.explanation = "\(step.name) failed: \(step.output ?? "no reason was given")" }
    await self.save(run)
    self.tell(.stepEnded(run, step, kind: kind))
    let isDone = step.state == .done
    return step.kind == .undo ? .undone(isDone) : .acted(isDone)
  }

  private func undo(
    _ index: Int, _ run: inout HealingRun, _ workflow: HealingWorkflow
  ) async
    -> HealingRunMachine.Report
  {
    guard let found = run.undoable.first(where: { $0.step.action == index }), let value = found.step.undo else {
      return .undone(true)
    }
    if self.isStopped {
      run.explanation = "healing was stopped"
      return .stopped
    }
    run.phase = .rollingBack
    let action = workflow.actions.indices.contains(index) ? workflow.actions[index] : nil
    return await self.putBack(value, found.step, action, attempt: run.attempt, &run)
  }

  /// Undoes one step; written down before and after.
  func putBack(
    _ value: HealingUndo, _ original: HealingStep, _ action: (any HealingAction)?, attempt: Int,
    _ run: inout HealingRun
  ) async -> HealingRunMachine.Report {
    var step = HealingStep(
      kind: .undo, name: original.name, action: original.action, attempt: attempt, state: .intended,
      at: self.wallClock(), undo: value)
    let position = run.append(step)
    await self.save(run)
    do {
      guard let action else { throw HealingTrouble("no workflow has the action '\(original.name)' any more") }
      step.output = HealingText.bounded(
        try await self.bounded(.seconds(60)) { try await action.undo(value, in: $0) })
      step.state = .done
    } catch {
      if Task.isCancelled { return .undone(false) }
      step.state = .failed
      step.output = HealingText.of(error)
    }
    run.isRolledBack = step.state == .done && run.undoable.count == 1 || run.isRolledBack
    return await self.conclude(step, position, &run, action?.kind ?? "undo")
  }

  private func wait(_ length: Duration, _ run: inout HealingRun) async -> HealingRunMachine.Report {
    run.phase = .waiting
    await self.save(run)
    let end = self.runtime.now() + length.nanoseconds
    while self.runtime.now() < end {
      if self.isStopped {
        run.explanation = "healing was stopped"
        return .stopped
      }
      let rest = min(Self.tick, .nanoseconds(end - self.runtime.now()))
      do { try await self.runtime.sleep(for: rest) } catch { return .stopped }
    }
    return .waited
  }

  /// Under the time-out, in the healer's time.
  func bounded<Value: Sendable>(
    _ limit: Duration, _ body: @Sendable (Context) async throws -> Value
  ) async throws -> Value {
    try await Timeout(limit).execute(in: Context(self.runtime)) { try await body($0) }
  }

  /// Saves a run; what cannot be saved is told, and the run goes on.
  func save(_ run: HealingRun) async {
    do throws(ControlStoreFailure) {
      try await self.store.saveRun(run, recording: nil)
    } catch {
      self.tell(.storageFailed(error, consequence: "the run '\(run.id)' is not written down as it is now"))
    }
  }
}
