internal import Resilience
internal import ResilienceInterfaces

extension Healer {
  /// Reads what was written down before this start; the runs that have not ended.
  func restore() async -> [HealingRun] {
    do throws(ControlStoreFailure) {
      let stop = try await self.store.loadStop()
      let runs = try await self.store.loadRuns(limit: Self.mostOutcomes)
      let (now, wall) = (self.runtime.now(), self.wallClock())
      // A reminder: somebody may wonder why nothing is healed since the last start.
      if let stop { self.tell(.stopChanged(stop, actor: stop.actor)) }
      return self.core.withLock { core in
        if core.stop == nil, let stop {
          core.set(stop)
          core.isStopSaved = true
        }
        for run in runs.reversed() {
          // Actions from before a restart count against budgets: a program that crashes again and again must not
          // heal again and again.
          for step in run.steps where step.kind == .act && step.state != .planned {
            core.machine.count(actionOf: run.workflow, at: now - max(0, wall - step.at) * 1_000_000)
          }
          if let result = run.result {
            core.outcomes.append(Outcome(result: result, recoveryMilliseconds: run.recoveryMilliseconds))
          }
        }
        // What an operator started while this was being read is no leftover.
        return runs.filter { !$0.isEnded && !core.active.contains($0.id) }
      }
    } catch {
      // Without knowing whether somebody stopped healing, and what was under way, nothing may act.
      self.core.withLock { $0.machine.isStopped = true }
      self.tell(.storageFailed(error, consequence: "healing is stopped until an operator resumes it"))
      return []
    }
  }

  /// Stops, or goes on, as another instance with the same store has been told to.
  func followStop() async {
    let before = self.core.withLock { $0.stopChanges }
    let saved: HealingStop?
    do throws(ControlStoreFailure) { saved = try await self.store.loadStop() } catch { return }
    let isNews = self.core.withLock { core in
      // What was decided here meanwhile, or could not be saved, holds.
      guard core.stopChanges == before, saved != core.stop, saved != nil || core.isStopSaved else { return false }
      core.set(saved)
      core.isStopSaved = true
      return true
    }
    if isNews { self.tell(.stopChanged(saved, actor: saved?.actor ?? "another instance")) }
  }

  /// Ends a run that was interrupted: verified, or else rolled back.
  ///
  /// Nothing is carried out a second time.
  func resume(_ interrupted: HealingRun) async {
    var run = interrupted
    let found = self.core.withLock { core -> HealingWorkflow? in
      guard let workflow = core.settings.workflows.first(where: { $0.name == interrupted.workflow }),
        core.machine.resume(interrupted.workflow)
      else { return nil }
      core.active.insert(interrupted.id)
      return workflow
    }
    let wasIntended = run.steps.indices.filter { run.steps[$0].state == .intended }
    for index in wasIntended {
      run.steps[index].state = run.steps[index].kind == .act ? .unknown : .failed
      run.steps[index].output = "the program ended before this did"
      run.steps[index].endedAt = self.wallClock()
    }
    guard let workflow = found else {
      run.phase = .ended
      run.result = .stopped
      run.endedAt = self.wallClock()
      run.explanation = "the program ended in the middle of it, and the workflow is not configured any more"
      await self.save(run)
      return self.tell(.ended(run))
    }
    self.tell(.resumed(run))
    if run.isDryRun { return await self.end(&run, workflow, .planned, "a dry run: nothing was done") }
    let performed = run.undoable.reversed().compactMap(\.step.action)
    var machine = HealingRunMachine(resuming: workflow.policy, actions: workflow.actions.count, performed: performed)
    // In the middle of a rolling back the rest is undone; otherwise it may have helped already.
    let first: HealingRunMachine.Order =
      run.phase == .rollingBack ? machine.next(after: .verified(false), of: .verify) : .verify
    run.explanation = "the program ended in the middle of it"
    await self.drive(&run, workflow, &machine, from: first)
  }
}
