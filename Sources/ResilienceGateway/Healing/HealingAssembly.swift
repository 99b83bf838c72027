internal import Resilience
internal import ResilienceConfiguration
internal import ResilienceHealing

/// Makes workflows and processes of what a configuration says.
struct HealingAssembly {
  let controls: GatewayControls
  /// Our variables, of which programs get those that are named for them.
  let environment: [String: String]

  func settings(_ configuration: HealingConfiguration) -> HealingSettings {
    var settings = HealingSettings()
    settings.isEnabled = configuration.isEnabled
    settings.isAutomatic = configuration.isAutomatic
    settings.isDryRun = configuration.isDryRun
    settings.budget = Self.budget(configuration.budget)
    settings.workflows = configuration.workflows.map { self.workflow($0, configuration) }
    return settings
  }

  private func workflow(
    _ workflow: HealingWorkflowConfiguration, _ healing: HealingConfiguration
  ) -> HealingWorkflow {
    var policy = HealingPolicy()
    policy.verificationTimeout = workflow.verify.timeout ?? healing.verificationTimeout
    policy.verificationInterval = workflow.verify.interval
    policy.stableFor = workflow.verify.stableFor
    policy.actionTimeout = workflow.actionTimeout
    policy.maxAttempts = workflow.maxAttempts
    policy.backoff = workflow.backoff
    policy.maxBackoff = workflow.maxBackoff
    policy.cooldown = workflow.cooldown
    policy.budget = Self.budget(workflow.budget)
    policy.rollsBack = workflow.rollsBack
    policy.isDryRun = workflow.isDryRun
    let reason = "workflow '\(workflow.name)'"
    var escalation: [any HealingAction] = []
    if let webhook = workflow.escalation.webhook {
      escalation.append(
        WebhookAction(
          type: "healing.escalated", workflow: workflow.name, reason: "\(reason) did not heal: a person is needed",
          address: webhook, controls: self.controls, secret: workflow.escalation.secret,
          maxAttempts: workflow.escalation.maxAttempts, timeout: workflow.escalation.timeout))
    }
    if let command = workflow.escalation.command {
      escalation.append(CommandAction(self.command(command), timeout: command.timeout))
    }
    return HealingWorkflow(
      workflow.name, trigger: Self.trigger(workflow.trigger),
      actions: workflow.actions.map { self.action($0, of: workflow.name, because: reason) },
      verification: self.verification(workflow.verify), escalation: escalation, policy: policy)
  }

  private static func trigger(_ trigger: HealingTriggerConfiguration) -> HealingTrigger {
    if let health = trigger.health {
      return .health(
        subject: health, alsoDegraded: trigger.alsoDegraded, for: trigger.duration, observations: trigger.observations)
    }
    if let breaker = trigger.breaker { return .breakerOpen(name: breaker, for: trigger.duration) }
    guard let errors = trigger.errors else { return .operatorOnly }
    return .errors(
      ErrorPattern(
        dependency: errors.dependency, code: errors.code,
        category: errors.category.flatMap { FailureCategory(rawValue: $0.rawValue) }, count: errors.count,
        within: errors.within))
  }

  private func action(
    _ action: HealingActionConfiguration, of workflow: String, because reason: String
  ) -> any HealingAction {
    let control: HealingControl
    switch action {
    case .command(let command): return CommandAction(self.command(command), timeout: command.timeout)
    case .restartProcess(let name): control = .restartProcess(name)
    case .resetBreaker(let name): control = .resetBreaker(name)
    case .isolateBreaker(let isolate): control = .isolateBreaker(isolate.breaker, for: isolate.duration)
    case .toggle(let toggle): control = .switchToggle(toggle.name, isOn: toggle.isOn)
    case .limit(let limit): control = .setLimit(dependency: limit.dependency, maxConcurrent: limit.maxConcurrent)
    case .recyclePool(let name): control = .recyclePool(dependency: name)
    case .warmCache(let cache): control = .warmCache(dependency: cache.dependency, paths: cache.paths)
    case .webhook(let url):
      return WebhookAction(
        type: "healing.action", workflow: workflow, reason: reason, address: url, controls: self.controls)
    }
    return ControlAction(control, by: self.controls, because: reason)
  }

  private func verification(_ verify: HealingVerifyConfiguration) -> any HealingVerification {
    let conditions =
      verify.healthy.map { StateVerification.Condition.healthy($0) }
      + verify.breakersClosed.map { StateVerification.Condition.breakerClosed($0) }
    let state = StateVerification(conditions, by: self.controls)
    guard let command = verify.command else { return state }
    let program = CommandVerification(self.command(command), timeout: command.timeout)
    return conditions.isEmpty ? program : CombinedVerification([state, program])
  }

  func processes(_ configurations: [SupervisedConfiguration]) -> [SupervisedProcess] {
    configurations.map { configuration in
      var process = SupervisedProcess(configuration.name, self.command(configuration.command))
      process.restart.mode = RestartPolicy.Mode(rawValue: configuration.restart.rawValue) ?? .always
      process.restart.initialDelay = configuration.restartDelay
      process.restart.maxDelay = configuration.maxRestartDelay
      process.restart.stableAfter = configuration.stableAfter
      process.stopSignal = Self.number(of: configuration.stopSignal)
      process.stopGrace = configuration.stopGrace
      process.check = configuration.health.flatMap(self.check)
      return process
    }
  }

  private func check(_ health: SupervisedHealthConfiguration) -> SupervisedProcess.Check? {
    var parts: [any HealingVerification] = []
    if let command = health.command {
      parts.append(CommandVerification(self.command(command), timeout: command.timeout))
    }
    if let url = health.url { parts.append(AddressVerification(address: url, controls: self.controls)) }
    guard !parts.isEmpty else { return nil }
    return SupervisedProcess.Check(
      CombinedVerification(parts), interval: health.interval, timeout: health.timeout, fall: health.fall,
      startPeriod: health.startPeriod)
  }

  /// POSIX's numbers, the same on every system.
  private static func number(of signal: SupervisedConfiguration.StopSignal) -> Int32 {
    switch signal {
    case .hup: 1
    case .int: 2
    case .quit: 3
    case .term: 15
    }
  }

  private func command(_ configuration: CommandConfiguration) -> Command {
    var environment: [String: String] = [:]
    for name in configuration.environment { environment[name] = self.environment[name] }
    // Whatever it gets besides the usual may be a secret, and is kept out of what is logged of its output.
    let open: Set<String> = ["PATH", "HOME", "LANG", "TZ", "USER", "LOGNAME", "TMPDIR", "SHELL", "TERM", "PWD"]
    let secrets = environment.filter { !open.contains($0.key) && $0.value.utf8.count >= 8 }.map(\.value)
    return Command(
      configuration.run.first ?? "", Array(configuration.run.dropFirst()), folder: configuration.folder,
      environment: environment, userID: configuration.userID.flatMap { UInt32(exactly: $0) },
      groupID: configuration.groupID.flatMap { UInt32(exactly: $0) }, maxOpenFiles: configuration.maxOpenFiles,
      maxMemoryKiB: configuration.maxMemory.map { $0 / 1_024 }, secrets: secrets)
  }

  private static func budget(_ budget: HealingBudgetConfiguration) -> HealingBudget {
    HealingBudget(actions: budget.actions, per: budget.per)
  }
}
