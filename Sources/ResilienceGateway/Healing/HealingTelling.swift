internal import Logging
internal import ResilienceHealing
internal import ResilienceInterfaces

/// Tells log, metrics and operators what healing and supervision do.
struct HealingTelling: HealingObserver, SupervisionObserver {
  let metrics: HealingMetrics
  let feed: ControlEventFeed
  let clock: WallClock
  private let log = Logger(label: "resilience.healing")
  private let output = Logger(label: "resilience.process")

  init(metrics: HealingMetrics, feed: ControlEventFeed, clock: WallClock) {
    self.metrics = metrics
    self.feed = feed
    self.clock = clock
  }

  func observe(_ event: HealingEvent) {
    self.metrics.count(event)
    switch event {
    case .started(let run):
      let dry = run.isDryRun ? " (dry run)" : ""
      self.tell("healing.started", run.workflow, "'\(run.workflow)' begins\(dry): \(run.trigger)", .warning, run)
    case .resumed(let run):
      self.tell(
        "healing.resumed", run.workflow, "'\(run.workflow)' goes on where a restart interrupted it", .warning, run)
    case .stepEnded(let run, let step, _):
      self.log.info(
        "\(step.kind.rawValue): \(step.name): \(step.state.rawValue)",
        metadata: ["run": .string(run.id), "workflow": .string(run.workflow), "output": .string(step.output ?? "")])
    case .ended(let run): self.ended(run)
    case .escalated(let run, let reason):
      self.tell(
        "healing.escalated", run.workflow, "a person is needed: '\(run.workflow)' did not heal: \(reason)", .critical,
        run)
    case .rolledBack(let run, let actor):
      let text = run.isRolledBack ? "was rolled back" : "could not be rolled back wholly"
      self.tell("healing.rolledBack", run.workflow, "the run of '\(run.workflow)' \(text)", .warning, run, actor)
    case .stopChanged(let stop, let actor):
      let text = stop.map { "all healing is stopped: \($0.reason)" } ?? "healing goes on"
      self.tell(stop == nil ? "healing.continued" : "healing.stopped", "healing", text, .warning, nil, actor)
    case .storageFailed(let failure, let consequence):
      self.log.error("storage: \(consequence)", metadata: ["reason": .string("\(failure)")])
    }
  }

  private func ended(_ run: HealingRun) {
    let text: String
    var severity = ControlEvent.Severity.warning
    switch run.result {
    case .healed:
      let seconds = Double(run.recoveryMilliseconds ?? 0) / 1_000
      text = "healed after \(seconds) s"
      severity = .info
    case .planned:
      text = "a dry run: nothing was done"
      severity = .info
    default: text = "\(run.result?.rawValue ?? "ended"): \(run.explanation ?? "")"
    }
    self.tell("healing.ended", run.workflow, "'\(run.workflow)' \(text)", severity, run)
  }

  func observe(_ event: SupervisionEvent) {
    self.metrics.count(event)
    switch event {
    case .started(let name, let pid, let isRestart):
      let text = "process '\(name)' \(isRestart ? "was started again" : "was started") as \(pid)"
      self.tell("process.started", name, text, .info, nil)
    case .ended(let name, let ending, let wasAsked):
      self.tell(
        "process.ended", name, "process '\(name)' ended: \(ending)", wasAsked ? .info : .warning, nil)
    case .failedToStart(let name, let reason):
      self.tell("process.failed", name, "process '\(name)' cannot be started: \(reason)", .critical, nil)
    case .crashLooping(let name, let next):
      self.tell(
        "process.crashLooping", name, "process '\(name)' ends again and again; next start in \(next)", .critical, nil)
    case .unhealthy(let name, let reason):
      self.tell("process.unhealthy", name, "process '\(name)' does not pass its check: \(reason)", .warning, nil)
    case .orphansEnded(let name, let count):
      self.tell(
        "process.orphansEnded", name, "\(count) processes of '\(name)' that a crash had left behind were ended",
        .warning,
        nil)
    case .printed(let name, let line): self.output.info("\(line)", metadata: ["process": .string(name)])
    case .storageFailed(let failure, let consequence):
      self.log.error("storage: \(consequence)", metadata: ["reason": .string("\(failure)")])
    }
  }

  private func tell(
    _ kind: String, _ subject: String, _ message: String, _ severity: ControlEvent.Severity, _ run: HealingRun?,
    _ actor: String? = nil
  ) {
    self.feed.publish(
      at: self.clock.now, kind: kind, subject: subject, message: message, severity: severity, actor: actor)
    let level: Logger.Level =
      switch severity {
      case .info: .notice
      case .warning: .warning
      case .critical: .error
      }
    self.log.log(level: level, "\(message)", metadata: run.map { ["run": .string($0.id)] })
  }
}
