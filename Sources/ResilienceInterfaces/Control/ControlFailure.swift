/// Why a control request was not carried out; every case says what would have been right.
public enum ControlFailure: Error, Sendable, Equatable {
  /// No breaker has that name.
  case unknownBreaker(name: String, known: [String])
  /// No dependency has that name.
  case unknownDependency(name: String, known: [String])
  /// No built-in example upstream has that name.
  case unknownExample(name: String, known: [String])
  /// No toggle has that name.
  case unknownToggle(name: String, known: [String])
  /// No request that waits, or waited, for a decision has that id.
  case unknownReview(id: String)
  /// No healing workflow has that name.
  case unknownWorkflow(name: String, known: [String])
  /// No healing run has that id.
  case unknownRun(id: String)
  /// It does not fit the present state: what stands against it, and what to do first.
  case conflict(detail: String)
  /// A field holds something that is not allowed.
  case invalid(field: String, found: String, allowed: String)
  /// No queue holds an item with that id.
  case unknownQueueItem(id: String)
  /// No queue has that name.
  case unknownQueue(name: String, known: [String])
  /// A queue's store refused, or failed.
  case queue(StoreFailure)
  /// A queue's store failed half-way: so many items were done, and stay so; what was done, as in "replayed".
  case queueStopped(after: Int, done: String, because: StoreFailure)
  /// No setting has that key.
  case unknownSetting(key: String, remedy: String)
  /// The setting cannot be changed while the program runs.
  case fixedSetting(key: String, because: String)
  /// The settings are not valid together with the rest of the configuration; nothing has changed.
  case invalidSettings(problems: [String])
  /// The decision could not be written down, so it was not put in force.
  case storage(ControlStoreFailure)
}

extension ControlFailure: CustomStringConvertible {
  /// What happened, to what, and what to do next, in one sentence or two.
  public var description: String {
    switch self {
    case .unknownBreaker(let name, let known): Self.unknown("breaker", name, known)
    case .unknownDependency(let name, let known): Self.unknown("dependency", name, known)
    case .unknownExample(let name, let known): Self.unknown("example upstream", name, known)
    case .unknownToggle(let name, let known): Self.unknown("toggle", name, known)
    case .unknownReview(let id):
      "No request for review is called '\(id.prefix(64))'. /api/review lists those that there are."
    case .unknownWorkflow(let name, let known): Self.unknown("healing workflow", name, known)
    case .unknownRun(let id): "No healing run has the id '\(id.prefix(64))'. GET /api/healing/runs lists them."
    case .conflict(let detail): detail
    case .invalid(let field, let found, let allowed): "'\(field)' is \(found); allowed: \(allowed)."
    case .unknownQueueItem(let id): "No queue holds the item '\(id)'. List /api/queue/dead to see what there is."
    case .unknownQueue(let name, let known): Self.unknown("queue", String(name.prefix(100)), known)
    case .queue(let failure): "The queue was not changed: \(failure)"
    case .queueStopped(let count, let done, let failure):
      "\(count) \(count == 1 ? "item was" : "items were") \(done), then the store failed: \(failure)"
    case .unknownSetting(let key, let remedy): "No setting has the key '\(key.prefix(200))'. \(remedy)"
    case .fixedSetting(let key, let because):
      "'\(key.prefix(200))' cannot be changed while the program runs: \(because)."
    case .invalidSettings(let problems): "Nothing has changed. \(problems.joined(separator: "\n"))"
    case .storage(let failure): "The change was not saved and is not in force: \(failure)"
    }
  }

  private static func unknown(_ kind: String, _ name: String, _ known: [String]) -> String {
    let shown = known.prefix(20).joined(separator: ", ")
    let list = known.isEmpty ? "There is none." : "Known: \(shown)\(known.count > 20 ? ", …" : "")."
    return "No \(kind) is called '\(name)'. \(list)"
  }
}
