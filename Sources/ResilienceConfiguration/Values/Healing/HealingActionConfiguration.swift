/// One action of a workflow.
public enum HealingActionConfiguration: Sendable, Equatable {
  /// Ends a supervised process and starts it anew.
  case restartProcess(String)
  /// Closes a breaker and empties its window.
  case resetBreaker(String)
  /// Forces a breaker open for a while.
  case isolateBreaker(IsolateBreakerConfiguration)
  /// Sets how many calls of a dependency may run at once.
  case limit(HealingLimitConfiguration)
  /// Closes a dependency's connections, so that new ones are made.
  case recyclePool(String)
  /// Fetches paths of a dependency, so that its cache holds them.
  case warmCache(WarmCacheConfiguration)
  /// Switches a feature.
  case toggle(HealingToggleConfiguration)
  /// Calls an address.
  case webhook(UpstreamURL)
  /// Runs a program.
  case command(CommandConfiguration)
}
