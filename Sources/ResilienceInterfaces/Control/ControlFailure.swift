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
    case .invalid(let field, let found, let allowed): "'\(field)' is \(found); allowed: \(allowed)."
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
