/// A step as it stands in a file: a section with exactly one key, the step's kind.
struct FallbackStep: Sendable {
  var staleCache: StaleCacheConfiguration?
  var template: TemplateConfiguration?
  var queue: QueueConfiguration?

  /// The step itself; nil with a problem where the section does not hold exactly one.
  static func element(
    _ step: FallbackStep, _ node: SourceNode, _ reader: inout ConfigurationReader
  ) -> FallbackConfiguration? {
    guard node.isMapping, node.entries.count == 1 else {
      // What is no section has been reported while reading it.
      if node.isMapping || node.isNull {
        reader.report(
          .invalidValue, at: node, "a fallback has exactly one kind", found: "\(node.entries.count) keys",
          allowed: "one of queue, staleCache, template",
          remedy: "write one list element per fallback, each after its own `- `"
        )
      }
      return nil
    }
    return step.staleCache.map { .staleCache($0) } ?? step.template.map { .template($0) }
      ?? step.queue.map { .queue($0) }
  }
}

extension FallbackStep: ConfigurationSection {
  static let settings: [Setting<FallbackStep>] = [
    .optionalSection("staleCache", \.staleCache, "The last good response, as long as it is not too old."),
    .optionalSection("template", \.template, "A fixed response."),
    .optionalSection("queue", \.queue, "The request is kept, answered with 202, and delivered later."),
  ]
}
