/// What happens to a call of a dependency, in English and in the order in which it happens.
public struct PipelineExplanation: Sendable, Equatable, Codable, CustomStringConvertible {
  /// One policy on the way.
  public struct Step: Sendable, Equatable, Codable {
    /// The setting that it comes from: `circuitBreaker`.
    public let setting: String
    /// What it does, one sentence.
    public let text: String
  }

  /// What a call can cost at most.
  public struct Bounds: Sendable, Equatable, Codable {
    /// The longest time that a call may take, in milliseconds.
    public let worstCaseMilliseconds: Double
    /// The same for a dependency that never answers, and so never asks for a pause.
    public let worstCaseWithoutRetryAfterMilliseconds: Double
    /// The longest time of one attempt once it has its permits, in milliseconds.
    public let attemptMilliseconds: Double
    /// Attempts of one call at most, hedges included.
    public let attempts: Int
    /// Attempts for each call over a long outage.
    public let amplification: Double
    /// The way along `dependsOn` on which one call becomes the most attempts here.
    public let path: [String]
    /// Attempts here for one call at the beginning of that way.
    public let pathAmplification: Double
  }

  /// The dependency's name.
  public let dependency: String
  /// Where it is.
  public let url: String
  /// How much the service needs it.
  public let criticality: String
  /// What a call goes through, outermost first.
  public let steps: [Step]
  /// What is served when all of that has failed, in order.
  public let fallbacks: [String]
  /// How it is looked at in the background; nil if it is not.
  public let health: String?
  /// What a call can cost at most.
  public let bounds: Bounds

  /// Explains every dependency of a configuration, in its order.
  public static func all(of service: ServiceConfiguration) -> [PipelineExplanation] {
    let paths = CallPaths(service)
    return service.withOwnBulkheads.dependencies.map {
      PipelineExplanation($0, paths.worst(to: $0.name), areChecked: service.health.isEnabled)
    }
  }

  private init(_ dependency: DependencyConfiguration, _ path: CallPaths.Path, areChecked: Bool) {
    let estimate = CallEstimate(dependency)
    self.dependency = dependency.name
    self.url = dependency.url.description
    self.criticality = dependency.criticality.rawValue
    self.steps = Self.steps(dependency, estimate)
    self.fallbacks = Self.fallbacks(dependency)
    self.health = areChecked ? Self.health(dependency) : nil
    self.bounds = Bounds(
      worstCaseMilliseconds: estimate.worstCase / .milliseconds(1),
      worstCaseWithoutRetryAfterMilliseconds: estimate.worstCaseWithoutRetryAfter / .milliseconds(1),
      attemptMilliseconds: estimate.attemptLimit / .milliseconds(1), attempts: estimate.attempts,
      amplification: estimate.amplification, path: path.names, pathAmplification: path.amplification)
  }

  /// The explanation as text of several lines.
  public var description: String {
    func length(_ milliseconds: Double) -> String { DurationText.shortened(.milliseconds(milliseconds)) }
    var lines = ["\(self.dependency) (\(self.criticality)) at \(self.url)", ""]
    lines += self.steps.enumerated().map { "  \($0 + 1). \($1.text)" }
    lines += ["", self.fallbacks.isEmpty ? "  When all of that fails, the caller gets the error." : "  When it fails:"]
    lines += self.fallbacks.map { "  - \($0)" }
    if let health { lines += ["", "  \(health)"] }
    var bounds = "  At most \(length(self.bounds.worstCaseMilliseconds))"
    if self.bounds.worstCaseMilliseconds > self.bounds.worstCaseWithoutRetryAfterMilliseconds {
      bounds += " (\(length(self.bounds.worstCaseWithoutRetryAfterMilliseconds)) if it asks for no pauses)"
    }
    bounds += " and \(self.bounds.attempts) \(self.bounds.attempts == 1 ? "attempt" : "attempts") for each call"
    if self.bounds.amplification < Double(self.bounds.attempts) {
      bounds += ", \(CheckRule.shown(self.bounds.amplification)) on average in a long outage"
    }
    lines += ["", bounds + "."]
    if self.bounds.path.count > 1 {
      let way = self.bounds.path.joined(separator: " → ")
      lines.append("  On the way \(way) one call becomes up to \(CheckRule.shown(self.bounds.pathAmplification)).")
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
