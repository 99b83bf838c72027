/// A step as it stands in a file: a section with exactly one key, the step's kind.
struct FallbackStep: Sendable {
  var staleCache: StaleCacheConfiguration?
  var template: TemplateConfiguration?
  var queue: QueueConfiguration?
  var review: ReviewConfiguration?

  /// The step itself; nil with a problem where the section does not hold exactly one.
  static func element(
    _ step: FallbackStep, _ node: SourceNode, _ reader: inout ConfigurationReader
  ) -> FallbackConfiguration? {
    guard reader.requireOneKind(node, "a fallback", "fallback", of: Self.settings.map(\.key)) else { return nil }
    if let staleCache = step.staleCache { return .staleCache(staleCache) }
    if let queue = step.queue { return .queue(queue) }
    return step.template.map { .template($0) } ?? step.review.map { .review($0) }
  }
}

extension FallbackStep: ConfigurationSection {
  static let settings: [Setting<FallbackStep>] = [
    .optionalSection("staleCache", \.staleCache, "The last good response, as long as it is not too old."),
    .optionalSection("template", \.template, "A fixed response."),
    .optionalSection("queue", \.queue, "The request is kept, answered with 202, and delivered later."),
    .optionalSection("review", \.review, "Recording of the request for a person's decision, at `/api/review`."),
  ]
}
