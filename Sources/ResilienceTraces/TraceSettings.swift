import Resilience
import ResilienceConfiguration

/// Makes the policy that a `config` describes.
///
/// Its keys are those of the configuration file's section of that policy, read by the same code: one
/// definition for each
/// setting. Only `limit` has its own, because the file does not know all of the laws' numbers.
struct TraceSettings {
  /// The policies, and the sections of a dependency that they are described by.
  private static let sections = [
    "circuitBreaker": "circuitBreaker", "bulkhead": "bulkhead", "rateLimiter": "rateLimit", "retry": "retry",
  ]

  private let entries: [(key: String, value: String)]

  /// Reads the config's own level.
  ///
  /// - Throws: `TraceFault` where it is no JSON object.
  init(_ config: UnsafeRawBufferPointer) throws(TraceFault) {
    var entries: [(key: String, value: String)] = []
    var scanner = TraceScanner(config)
    try scanner.readObject { key, value throws(TraceFault) in
      let key = String(decoding: key, as: UTF8.self)
      if entries.contains(where: { $0.key == key }) {
        throw TraceFault("\(key) stands twice in the config", expected: "each key once")
      }
      entries.append((key, String(decoding: value, as: UTF8.self)))
    }
    self.entries = entries
  }

  /// The policy, new.
  ///
  /// - Throws: `TraceFault` with everything that makes no sense.
  func policy() throws(TraceFault) -> any TracePolicy {
    let name = self["policy"].map { String($0.dropFirst().dropLast()) } ?? ""
    if name == "limit" { return LimitTrace(Limit(try LimitSettings(self.rest).algorithm())) }
    guard let section = Self.sections[name] else {
      throw TraceFault(
        "the policy is \(self["policy"] ?? "missing")",
        expected: "circuitBreaker, bulkhead, rateLimiter, retry or limit")
    }
    let dependency = try self.dependency(section)
    switch name {
    case "circuitBreaker":
      let settings = dependency.circuitBreaker
      let breaker = CircuitBreaker("trace", CircuitBreaker.Configuration(settings.rules))
      // It decides nothing: a trace with a candidate is answered as one without.
      if let candidate = settings.candidate { breaker.setCandidate(CircuitBreaker.Configuration(candidate)) }
      return GateTrace(breaker) { breaker.state(on: $0).rawValue }
    case "bulkhead": return GateTrace(Bulkhead("trace", self.bulkhead(dependency.bulkhead)))
    case "rateLimiter":
      return GateTrace(RateLimiter("trace", RateLimiter.Configuration(dependency.rateLimit)))
    default:
      let budget = RetryBudget(dependency.retry.budget, "trace")
      return RetryTrace(Retry(Retry.Configuration(dependency.retry, budget: budget)))
    }
  }

  private subscript(key: String) -> String? { self.entries.first { $0.key == key }?.value }
  private var rest: [(key: String, value: String)] { self.entries.filter { $0.key != "policy" } }

  /// Nobody waits unless the trace asks for it: recorded traces of other bulkheads say `maxConcurrent` alone.
  private func bulkhead(_ settings: BulkheadConfiguration) -> Bulkhead.Configuration {
    var configuration = Bulkhead.Configuration(settings)
    if self["maxQueue"] == nil, self["preset"] == nil { configuration.maxQueue = 0 }
    return configuration
  }

  /// A file with one dependency, whose section is the config.
  private func dependency(_ section: String) throws(TraceFault) -> DependencyConfiguration {
    if self["enabled"] != nil {
      throw TraceFault(
        "enabled stands in the config", expected: "the policy's other keys: a trace is of one that is on")
    }
    let keys = self.rest.map { "\"\($0.key)\":\($0.value)" } + ["\"enabled\":true"]
    let text = """
      {"dependencies":{"trace":{"url":"http://trace.example","\(section)":{\(keys.joined(separator: ","))}}}}
      """
    do throws(InvalidConfigurationFile) {
      let loaded = try ConfigurationLoader.load(text: text, file: "config", environment: [:])
      if let dependency = loaded.configuration.dependencies.first { return dependency }
      throw InvalidConfigurationFile(problems: [])
    } catch {
      let prefix = "dependencies.trace.\(section)."
      let problems = error.problems.map { problem in
        let key = problem.key.hasPrefix(prefix) ? String(problem.key.dropFirst(prefix.count)) : problem.key
        return "\(key): \(problem.message), found \(problem.found), expected \(problem.allowed); \(problem.remedy)"
      }
      throw TraceFault("the config makes no sense", expected: "as follows: \(problems.joined(separator: " | "))")
    }
  }
}
