/// Health checks as a whole, and those of the machine and of the program itself.
public struct HealthConfiguration: Sendable, Equatable {
  /// Whether anything is checked.
  public var isEnabled = true
  /// How long the start waits until every critical dependency with a check is usable; nil: it does not wait.
  public var waitForHealthy: Duration?
  /// Room on a file system; nil for no check.
  public var disk: DiskCheckConfiguration?
  /// The machine's memory; nil for no check.
  public var memory: MemoryCheckConfiguration?
  /// The lag of the program's event loops; nil for no check.
  public var eventLoop: EventLoopCheckConfiguration?

  /// All defaults.
  public init() {}

  /// Every system check by its component's name.
  public var systemChecks: [(name: String, target: HealthCheckTarget, schedule: CheckScheduleConfiguration)] {
    var checks: [(name: String, target: HealthCheckTarget, schedule: CheckScheduleConfiguration)] = []
    if let disk {
      checks.append(
        (
          "system:disk", .disk(path: disk.path, warnBelow: disk.warnBelow, failBelow: disk.failBelow), disk.schedule
        ))
    }
    if let memory {
      checks.append(
        ("system:memory", .memory(warnBelow: memory.warnBelow, failBelow: memory.failBelow), memory.schedule))
    }
    if let eventLoop {
      let target = HealthCheckTarget.eventLoop(warnFrom: eventLoop.warnFrom, failFrom: eventLoop.failFrom)
      checks.append(("system:event-loop", target, eventLoop.schedule))
    }
    return checks
  }
}

extension HealthConfiguration: ConfigurationSection {
  static let settings: [Setting<HealthConfiguration>] = [
    .value(
      "enabled", \.isEnabled, .flag, "Whether anything is checked.", documents: [.init("HEALTH_CHECKS_ENABLED")]),
    .optional(
      "waitForHealthy", \.waitForHealthy, .duration(.seconds(1)...(.seconds(3_600))), absent: "the start does not wait",
      "How long the start waits until every critical dependency with a check is usable; then it gives up."),
    .optionalSection("disk", \.disk, "Room on a file system; `disk: {}` for the defaults."),
    .optionalSection("memory", \.memory, "The machine's memory; `memory: {}` for the defaults."),
    .optionalSection(
      "eventLoop", \.eventLoop, "The lag of the program's event loops; `eventLoop: {}` for the defaults."),
  ]
}
