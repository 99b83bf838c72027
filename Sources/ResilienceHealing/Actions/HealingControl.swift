internal import Resilience

/// What workflows can do with the parts of a program.
public enum HealingControl: Sendable, Hashable {
  /// Ends a supervised process and starts it anew.
  case restartProcess(String)
  /// Closes a breaker and empties its window.
  case resetBreaker(String)
  /// Forces a breaker open for a while.
  case isolateBreaker(String, for: Duration)
  /// Switches a feature toggle.
  case switchToggle(String, isOn: Bool)
  /// Sets how many calls of a dependency may run at once.
  case setLimit(dependency: String, maxConcurrent: Int)
  /// Closes a dependency's connections, so that new ones are made.
  case recyclePool(dependency: String)
  /// Fetches paths of a dependency, so that its cache holds them.
  case warmCache(dependency: String, paths: [String])

  /// A short word for metrics and configuration.
  public var kind: String {
    switch self {
    case .restartProcess: "restartProcess"
    case .resetBreaker: "resetBreaker"
    case .isolateBreaker: "isolateBreaker"
    case .switchToggle: "toggle"
    case .setLimit: "limit"
    case .recyclePool: "recyclePool"
    case .warmCache: "warmCache"
    }
  }

  /// What it does, in words.
  public var summary: String {
    switch self {
    case .restartProcess(let name): "restart process '\(name)'"
    case .resetBreaker(let name): "reset breaker '\(name)'"
    case .isolateBreaker(let name, let length): "isolate breaker '\(name)' for \(length.inWords)"
    case .switchToggle(let name, let isOn): "switch toggle '\(name)' \(isOn ? "on" : "off")"
    case .setLimit(let name, let limit): "limit '\(name)' to \(limit) calls at once"
    case .recyclePool(let name): "recycle the connections of '\(name)'"
    case .warmCache(let name, let paths): "warm the cache of '\(name)' with \(paths.count) paths"
    }
  }

  /// What has a value from before that can be put back, and whose; nil where nothing has.
  public var undoable: (kind: String, subject: String)? {
    switch self {
    case .switchToggle(let name, _): ("toggle", name)
    case .setLimit(let name, _): ("limit", name)
    case .isolateBreaker(let name, _): ("breakerOverride", name)
    case .restartProcess, .resetBreaker, .recyclePool, .warmCache: nil
    }
  }
}
