public import Synchronization

extension Retry {
  /// What all copies of a retry share: the settings in force, and what the hot path asks of them.
  @usableFromInline
  final class Core: Sendable {
    /// Whether the beginning of a call matters: for its time, or for the budget.
    @inlinable
    @inline(__always)
    var isTimed: Bool { self.timed.load(ordering: .relaxed) }
    @usableFromInline let timed: Atomic<Bool>
    /// A success in an attempt up to this one concerns nobody: 1, or 0 where every success has to be heard of.
    ///
    /// One comparison decides on the hot path, whatever is configured.
    @usableFromInline let quietAttempts: Int
    let budget: RetryBudget?
    let adaptation: AdaptiveDelay?
    /// The settings in force; looked at after a failure only.
    private let current: Lock<(configuration: Configuration, settings: Settings)>

    init(_ configuration: Configuration) {
      let settings = Settings(configuration)
      self.budget = configuration.budget
      self.adaptation = configuration.adaptation
      self.timed = Atomic(settings.measuresTime || configuration.budget != nil)
      self.quietAttempts = configuration.budget?.countsEnds == true || configuration.adaptation != nil ? 0 : 1
      self.current = Lock((configuration, settings))
    }

    var settings: Settings { self.current.withLock { $0.settings } }
    var configuration: Configuration { self.current.withLock { $0.configuration } }

    func replace(_ configuration: Configuration) {
      var configuration = configuration
      configuration.budget = self.budget
      configuration.adaptation = self.adaptation
      let settings = Settings(configuration)
      self.current.withLock { $0 = (configuration, settings) }
      self.timed.store(settings.measuresTime || self.budget != nil, ordering: .relaxed)
    }
  }

  /// The settings in force.
  public var configuration: Configuration { self.core.configuration }

  /// Takes other settings from now on, in this retry and all its copies: pipelines keep theirs.
  ///
  /// Calls under way go by the new settings from their next failure on; their attempts so far count. A time limit that
  /// the retry did not have before binds calls that begin from now on. Budget and adaptive delay stay those that the
  /// retry was made with, because others share their state: leave them out, or say the same objects.
  /// - Parameters:
  ///   - configuration: The settings.
  ///   - runtime: Asked nothing; every policy's settings are replaced in the same words.
  /// - Throws: `InvalidConfiguration` with everything that makes no sense; then nothing has changed.
  public func replace(
    validating configuration: Configuration, on runtime: Runtime = .live
  ) throws(InvalidConfiguration) {
    var problems = configuration.problems
    if let budget = configuration.budget, budget !== self.core.budget {
      problems.append(.init("budget", found: "another budget", allowed: "the retry's own; replace its settings"))
    }
    if let adaptation = configuration.adaptation, adaptation !== self.core.adaptation {
      problems.append(.init("adaptation", found: "another adaptive delay", allowed: "the retry's own"))
    }
    guard problems.isEmpty else { throw InvalidConfiguration("retry", problems) }
    self.core.replace(configuration)
  }
}
