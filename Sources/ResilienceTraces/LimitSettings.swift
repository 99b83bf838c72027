import Resilience
import ResilienceConfiguration

/// The config of an adaptive limit: every number of its law, by the library's names and with its defaults, which are
/// those of Netflix' concurrency-limits.
struct LimitSettings {
  private static let keys = [
    "aimd": ["initial", "min", "max", "backoffRatio", "timeout"],
    "vegas": ["initial", "max", "smoothing", "probeMultiplier"],
    "gradient2": ["initial", "min", "max", "smoothing", "longWindow", "tolerance", "queueSize", "backoffRatio"],
  ]

  private let kind: String
  private let entries: [(key: String, value: String)]

  /// - Throws: `TraceFault` for a kind that there is not, and keys that it does not have.
  init(_ entries: [(key: String, value: String)]) throws(TraceFault) {
    let kind = entries.first { $0.key == "kind" }.map { String($0.value.dropFirst().dropLast()) } ?? "missing"
    guard let known = Self.keys[kind] else {
      throw TraceFault("the kind of the limit is \(kind)", expected: "aimd, vegas or gradient2")
    }
    self.kind = kind
    self.entries = entries.filter { $0.key != "kind" }
    for entry in self.entries where !known.contains(entry.key) {
      throw TraceFault("\(kind) has no \(entry.key)", expected: "kind, \(known.joined(separator: ", "))")
    }
  }

  /// The law.
  ///
  /// - Throws: `TraceFault` with what is out of range.
  func algorithm() throws(TraceFault) -> Limit.Algorithm {
    let algorithm: Limit.Algorithm =
      switch self.kind {
      case "aimd": try .aimd(self.aimd())
      case "vegas": try .vegas(self.vegas())
      default: try .gradient2(self.gradient2())
      }
    if let problem = algorithm.problems.first {
      throw TraceFault("\(problem.setting) is \(problem.found)", expected: problem.allowed)
    }
    return algorithm
  }

  private func aimd() throws(TraceFault) -> Limit.AIMD {
    var law = Limit.AIMD()
    law.initial = try self.whole("initial") ?? law.initial
    law.min = try self.whole("min") ?? law.min
    law.max = try self.whole("max") ?? law.max
    law.backoffRatio = try self.number("backoffRatio") ?? law.backoffRatio
    law.timeout = try self.duration("timeout") ?? law.timeout
    return law
  }

  private func vegas() throws(TraceFault) -> Limit.Vegas {
    var law = Limit.Vegas()
    law.initial = try self.whole("initial") ?? law.initial
    law.max = try self.whole("max") ?? law.max
    law.smoothing = try self.number("smoothing") ?? law.smoothing
    law.probeMultiplier = try self.whole("probeMultiplier") ?? law.probeMultiplier
    return law
  }

  private func gradient2() throws(TraceFault) -> Limit.Gradient2 {
    var law = Limit.Gradient2()
    law.initial = try self.whole("initial") ?? law.initial
    law.min = try self.whole("min") ?? law.min
    law.max = try self.whole("max") ?? law.max
    law.smoothing = try self.number("smoothing") ?? law.smoothing
    law.longWindow = try self.whole("longWindow") ?? law.longWindow
    law.tolerance = try self.number("tolerance") ?? law.tolerance
    law.queueSize = try self.whole("queueSize") ?? law.queueSize
    law.backoffRatio = try self.number("backoffRatio") ?? law.backoffRatio
    return law
  }

  private func text(_ key: String) -> String? { self.entries.first { $0.key == key }?.value }

  private func whole(_ key: String) throws(TraceFault) -> Int? {
    guard let text = self.text(key) else { return nil }
    guard let value = Int(text) else { throw TraceFault("\(key) is \(text)", expected: "a whole number") }
    return value
  }

  private func number(_ key: String) throws(TraceFault) -> Double? {
    guard let text = self.text(key) else { return nil }
    guard let value = Double(text), value.isFinite else { throw TraceFault("\(key) is \(text)", expected: "a number") }
    return value
  }

  /// As files have durations: read by the code that reads them.
  private func duration(_ key: String) throws(TraceFault) -> Duration? {
    guard let text = self.text(key) else { return nil }
    let file = "{\"dependencies\":{\"trace\":{\"url\":\"http://trace.example\",\"timeout\":\(text)}}}"
    let loaded = try? ConfigurationLoader.load(text: file, file: "config", environment: [:])
    guard let dependency = loaded?.configuration.dependencies.first else {
      throw TraceFault("\(key) is \(text)", expected: "a duration such as \"5s\", from 1ms to 24h")
    }
    return dependency.timeout
  }
}
