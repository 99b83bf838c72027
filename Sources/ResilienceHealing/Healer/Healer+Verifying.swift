internal import Resilience
internal import ResilienceInterfaces

extension Healer {
  /// Looks until the trouble is over and has been for as long as asked, or the time is.
  func verify(_ run: inout HealingRun, _ workflow: HealingWorkflow) async -> HealingRunMachine.Report {
    run.phase = .verifying
    var step = HealingStep(
      kind: .verify, name: workflow.verification.summary, attempt: run.attempt, state: .intended,
      at: self.wallClock())
    let position = run.append(step)
    await self.save(run)
    let report = await self.look(&step, &run, workflow)
    if Task.isCancelled { return report }
    step.endedAt = self.wallClock()
    step.state = report == .verified(true) ? .done : .failed
    run.steps[position] = step
    await self.save(run)
    self.tell(.stepEnded(run, step, kind: "verify"))
    return report
  }

  private func look(
    _ step: inout HealingStep, _ run: inout HealingRun, _ workflow: HealingWorkflow
  ) async -> HealingRunMachine.Report {
    let policy = workflow.policy
    let end = self.runtime.now() + policy.verificationTimeout.nanoseconds
    var wellSince: Instant?
    while true {
      if self.isStopped {
        run.explanation = "healing was stopped"
        return .stopped
      }
      let now = self.runtime.now()
      if now >= end { break }
      let rest = Duration.nanoseconds(end - now)
      do {
        let isWell = try await self.bounded(min(rest, .seconds(10))) {
          try await workflow.verification.isHealed(in: $0)
        }
        step.output = isWell ? nil : "not yet: \(workflow.verification.summary)"
        if !isWell { wellSince = nil }
        if isWell, wellSince == nil { wellSince = now }
      } catch {
        if Task.isCancelled { return .stopped }
        step.output = HealingText.of(error)
        wellSince = nil
      }
      if let wellSince, self.runtime.now() - wellSince >= policy.stableFor.nanoseconds { return .verified(true) }
      let pause = min(policy.verificationInterval, .nanoseconds(max(1, end - self.runtime.now())))
      do { try await self.runtime.sleep(for: pause) } catch { return .stopped }
    }
    run.explanation = "not over after \(policy.verificationTimeout): \(workflow.verification.summary)"
    return .verified(false)
  }

  /// Tells a person, once per run.
  func escalate(_ run: inout HealingRun, _ workflow: HealingWorkflow) async {
    let reason = run.explanation ?? "it did not help"
    self.tell(.escalated(run, reason: reason))
    for action in workflow.escalation {
      var step = HealingStep(
        kind: .escalate, name: action.summary, attempt: run.attempt, state: .intended, at: self.wallClock())
      let position = run.append(step)
      do {
        step.output = HealingText.bounded(
          try await self.bounded(workflow.policy.actionTimeout) { try await action.perform(in: $0) })
        step.state = .done
      } catch {
        step.state = .failed
        step.output = HealingText.of(error)
      }
      step.endedAt = self.wallClock()
      run.steps[position] = step
      self.tell(.stepEnded(run, step, kind: action.kind))
    }
  }

  /// Writes the end of a run down and tells of it.
  func end(
    _ run: inout HealingRun, _ workflow: HealingWorkflow, _ result: HealingRun.Result, _ explanation: String?
  ) async {
    let now = self.wallClock()
    run.phase = .ended
    run.result = result
    run.endedAt = now
    run.explanation = result == .healed ? nil : explanation
    if result == .healed { run.recoveryMilliseconds = max(0, now - run.detectedAt) }
    await self.save(run)
    let outcome = Outcome(result: result, recoveryMilliseconds: run.recoveryMilliseconds)
    let id = run.id
    self.core.withLock { core in
      core.active.remove(id)
      core.outcomes.append(outcome)
      if core.outcomes.count > Self.mostOutcomes { core.outcomes.removeFirst() }
    }
    self.settle(workflow.name, result)
    self.tell(.ended(run))
  }
}
