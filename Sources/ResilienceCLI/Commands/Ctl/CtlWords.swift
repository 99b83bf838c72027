internal import Foundation
internal import ResilienceInterfaces

/// What the server answers, in words for people.
enum CtlWords {
  /// A line without what a terminal would obey: names, paths and states come from callers.
  ///
  /// Control characters and those that turn the direction of writing are shown as `\u{1b}`; `--json` has all as it is.
  static func printable(_ line: String) -> String {
    var text = String.UnicodeScalarView()
    for scalar in line.unicodeScalars {
      let isObeyed =
        switch scalar.properties.generalCategory {
        case .control: scalar != "\n" && scalar != "\t"
        case .format: (0x202A...0x202E).contains(scalar.value) || (0x2066...0x2069).contains(scalar.value)
        default: false
        }
      if isObeyed {
        text.append(contentsOf: "\\u{\(String(scalar.value, radix: 16))}".unicodeScalars)
      } else {
        text.append(scalar)
      }
    }
    return String(text)
  }

  static func time(_ milliseconds: Int64) -> String {
    Date(timeIntervalSince1970: Double(milliseconds) / 1_000).formatted(.iso8601)
  }

  static func status(_ status: HealingStatus) -> [String] {
    var lines: [String] = []
    if let stop = status.stop {
      lines.append("STOPPED by \(stop.actor) since \(self.time(stop.since)): \(stop.reason)")
    }
    let mode = status.isEnabled ? status.isAutomatic ? "automatic" : "by operators only" : "switched off"
    let rate = status.successRate.map { "\(Int(($0 * 100).rounded())) % healed" } ?? "no run has acted yet"
    let mean = status.meanRecoveryMilliseconds.map { ", \($0 / 1_000) s to recover on average" } ?? ""
    lines.append("healing: \(mode); \(rate)\(mean); \(status.budgetLeft) actions left")
    for each in status.workflows {
      let state = each.isRunning ? "running" : each.quietUntil.map { "quiet until \(self.time($0))" } ?? "listening"
      lines.append(
        "workflow \(each.name): \(state)\(each.isDryRun ? ", dry run" : ""); \(each.budgetLeft) actions left")
      lines.append("  when \(each.trigger); then \(each.actions.joined(separator: ", ")); until \(each.verification)")
    }
    for each in status.processes {
      let pid = each.pid.map { " as \($0)" } ?? ""
      let exit = each.lastExit.map { "; ended last with \($0)" } ?? ""
      lines.append("process \(each.name): \(each.state.rawValue)\(pid), \(each.restarts) restarts\(exit)")
    }
    return lines
  }

  static func run(_ run: HealingRun) -> [String] {
    let end = run.result.map(\.rawValue) ?? run.phase.rawValue
    let recovery = run.recoveryMilliseconds.map { " after \(Double($0) / 1_000) s" } ?? ""
    let back = run.isRolledBack ? ", rolled back" : ""
    let why = run.explanation.map { ": \($0)" } ?? ""
    return ["\(run.id)  \(self.time(run.startedAt))  \(run.workflow)  \(end)\(recovery)\(back)  (\(run.trigger))\(why)"]
      + run.steps.map { "  \($0.kind.rawValue) \($0.name): \($0.state.rawValue)\($0.output.map { " – \($0)" } ?? "")" }
  }

  static func breaker(_ breaker: BreakerStatus) -> [String] {
    let override = breaker.override.map { " by \($0.actor): \($0.reason)" } ?? ""
    return ["\(breaker.name)  \(breaker.state.rawValue)\(override)  \(breaker.trips) trips  \(breaker.explanation)"]
  }

  static func mode(_ status: DegradationStatus) -> [String] {
    let decision = status.decision.map { decision in
      let end = decision.expires.map { " until \(self.time($0))" } ?? ""
      return ", chosen by \(decision.actor)\(end): \(decision.reason)"
    }
    var lines = ["mode \(status.mode) since \(self.time(status.since))\(decision ?? "")"]
    if !status.unavailableDependencies.isEmpty {
      lines.append("unavailable: \(status.unavailableDependencies.joined(separator: ", "))")
    }
    if !status.degradedDependencies.isEmpty {
      lines.append("degraded: \(status.degradedDependencies.joined(separator: ", "))")
    }
    return lines
  }

  static func toggle(_ toggle: ToggleStatus) -> [String] {
    let state = toggle.isAvailable ? "on" : "off\(toggle.cause.map { " (\($0))" } ?? "")"
    let tiers = toggle.tiers.isEmpty ? "" : ", tiers \(toggle.tiers.joined(separator: ", "))"
    let override = toggle.override.map { override in
      let end = override.expires.map { " until \(self.time($0))" } ?? ""
      return "  \(override.summary) by \(override.actor)\(end): \(override.reason)"
    }
    return ["\(toggle.name)  \(state)  \(toggle.percentage) %\(tiers)\(override ?? "")"]
  }
}
