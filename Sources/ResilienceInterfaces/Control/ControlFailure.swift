/// Why a control request was not carried out; every case says what would have been right.
public enum ControlFailure: Error, Sendable, Equatable {
  /// No breaker has that name.
  case unknownBreaker(name: String, known: [String])
  /// No dependency has that name.
  case unknownDependency(name: String, known: [String])
  /// No built-in example upstream has that name.
  case unknownExample(name: String, known: [String])
  /// A field holds something that is not allowed.
  case invalid(field: String, found: String, allowed: String)
  /// No queue holds an item with that id.
  case unknownQueueItem(id: String)
  /// A queue's store refused, or failed.
  case queue(StoreFailure)
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
    case .invalid(let field, let found, let allowed): "'\(field)' is \(found); allowed: \(allowed)."
    case .unknownQueueItem(let id): "No queue holds the item '\(id)'. List /api/queue/dead to see what there is."
    case .queue(let failure): "The queue was not changed: \(failure)"
    case .storage(let failure): "The change was not saved and is not in force: \(failure)"
    }
  }

  private static func unknown(_ kind: String, _ name: String, _ known: [String]) -> String {
    let shown = known.prefix(20).joined(separator: ", ")
    let list = known.isEmpty ? "There is none." : "Known: \(shown)\(known.count > 20 ? ", …" : "")."
    return "No \(kind) is called '\(name)'. \(list)"
  }
}
