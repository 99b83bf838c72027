/// One run of a healing workflow, from its trigger to its end, with every step.
///
/// It is written down before each step, so that after a crash of the program nothing is done twice blindly.
public struct HealingRun: Codable, Sendable, Hashable, Identifiable {
  /// What a run is doing.
  public enum Phase: String, Codable, Sendable, CaseIterable {
    /// It carries out actions.
    case acting
    /// It looks whether the trouble is over.
    case verifying
    /// It waits before the next attempt.
    case waiting
    /// It undoes what it did.
    case rollingBack
    /// It has ended.
    case ended
  }

  /// How a run ended.
  public enum Result: String, Codable, Sendable, CaseIterable {
    /// The trouble is over, verified.
    case healed
    /// All attempts were made, and the trouble is not over; a person was told.
    case failed
    /// The global stop, or the end of the program, ended it before its end.
    case stopped
    /// A budget was spent or storage was away, so that an action was not carried out; a person was told.
    case refused
    /// A dry run: nothing was done.
    case planned
  }

  /// The run's name, by which it can be rolled back.
  public let id: String
  /// The workflow's name.
  public let workflow: String
  /// What started it, in words: `breaker 'catalog' is open`.
  public let trigger: String
  /// Who started it: `system`, or the operator's name.
  public let actor: String
  /// Whether nothing is really done.
  public let isDryRun: Bool
  /// When the trouble was noticed first, in Unix milliseconds.
  public let detectedAt: Int64
  /// When the run began, in Unix milliseconds.
  public let startedAt: Int64
  /// When it ended, in Unix milliseconds.
  public var endedAt: Int64?
  /// What it is doing.
  public var phase: Phase
  /// Which attempt it is at, from 1.
  public var attempt: Int
  /// How it ended.
  public var result: Result?
  /// Why it ended so, in words.
  public var explanation: String?
  /// From the moment the trouble was noticed to the moment it was over for good, in milliseconds.
  public var recoveryMilliseconds: Int64?
  /// Whether everything that can be undone has been undone, by itself or by an operator.
  public var isRolledBack: Bool
  /// Every step, in order; the oldest are dropped beyond ``mostSteps``.
  public var steps: [HealingStep]

  /// How many steps are kept of one run.
  public static let mostSteps = 200

  /// Describes a run that begins; times are Unix milliseconds.
  public init(
    id: String, workflow: String, trigger: String, actor: String, isDryRun: Bool, detectedAt: Int64, startedAt: Int64
  ) {
    self.id = id
    self.workflow = workflow
    self.trigger = trigger
    self.actor = actor
    self.isDryRun = isDryRun
    self.detectedAt = detectedAt
    self.startedAt = startedAt
    self.phase = .acting
    self.attempt = 1
    self.isRolledBack = false
    self.steps = []
  }

  /// Whether it has ended.
  public var isEnded: Bool { self.phase == .ended }

  /// The steps whose effect may still be there and can be undone, newest first.
  public var undoable: [(index: Int, step: HealingStep)] {
    var undone: [String: Int] = [:]
    var found: [(index: Int, step: HealingStep)] = []
    for (index, step) in self.steps.enumerated().reversed() {
      let key = "\(step.action ?? -1)/\(step.name)"
      if step.kind == .undo, step.state == .done { undone[key, default: 0] += 1 }
      guard step.kind == .act, step.undo != nil, step.state == .done || step.state == .unknown || step.state == .failed
      else { continue }
      if undone[key, default: 0] > 0 { undone[key, default: 0] -= 1 } else { found.append((index, step)) }
    }
    return found
  }

  /// Adds a step, dropping the oldest beyond the bound; returns its index.
  public mutating func append(_ step: HealingStep) -> Int {
    if self.steps.count >= Self.mostSteps { self.steps.removeFirst() }
    self.steps.append(step)
    return self.steps.count - 1
  }
}
