/// An action as it stands in a file: a section with exactly one key, the action's kind.
struct HealingActionStep: Sendable {
  var restartProcess: String?
  var resetBreaker: String?
  var isolateBreaker: IsolateBreakerConfiguration?
  var limit: HealingLimitConfiguration?
  var recyclePool: String?
  var warmCache: WarmCacheConfiguration?
  var toggle: HealingToggleConfiguration?
  var webhook: UpstreamURL?
  var command: CommandConfiguration?

  /// The action itself; nil with a problem where the section does not hold exactly one.
  static func element(
    _ step: HealingActionStep, _ node: SourceNode, _ reader: inout ConfigurationReader
  ) -> HealingActionConfiguration? {
    guard reader.requireOneKind(node, "an action", "action", of: Self.settings.map(\.key)) else { return nil }
    return step.action
  }

  private var action: HealingActionConfiguration? {
    if let restartProcess { return .restartProcess(restartProcess) }
    if let resetBreaker { return .resetBreaker(resetBreaker) }
    if let isolateBreaker { return .isolateBreaker(isolateBreaker) }
    if let limit { return .limit(limit) }
    if let recyclePool { return .recyclePool(recyclePool) }
    if let warmCache { return .warmCache(warmCache) }
    if let toggle { return .toggle(toggle) }
    if let webhook { return .webhook(webhook) }
    return self.command.map { .command($0) }
  }
}

extension HealingActionStep: ConfigurationSection {
  static let settings: [Setting<HealingActionStep>] = [
    .optional(
      "restartProcess", \.restartProcess, .name, absent: "none", "Ends a supervised process and starts it anew."),
    .optional(
      "resetBreaker", \.resetBreaker, .name, absent: "none", "Closes a dependency's breaker and empties its window."),
    .optionalSection("isolateBreaker", \.isolateBreaker, "Forces a dependency's breaker open for a while."),
    .optionalSection("limit", \.limit, "Sets how many calls of a dependency may run at once."),
    .optional(
      "recyclePool", \.recyclePool, .name, absent: "none",
      "Closes a dependency's connections, so that new ones are made."),
    .optionalSection("warmCache", \.warmCache, "Fetches paths of a dependency, so that its cache holds them."),
    .optionalSection("toggle", \.toggle, "Switches a feature, until the run is rolled back or somebody takes it back."),
    .optional(
      "webhook", \.webhook, .collector, absent: "none", "Calls an address with a POST that says what happened."),
    .optionalSection("command", \.command, "Runs a program to its end."),
  ]
}
