/// One step of a dependency's fallbacks, tried in order.
public enum FallbackConfiguration: Sendable, Equatable {
  /// The last good response, as long as it is not too old.
  case staleCache(StaleCacheConfiguration)
  /// A fixed response.
  case template(TemplateConfiguration)
  /// The request is kept and delivered later.
  case queue(QueueConfiguration)
  /// Recording for a person's decision.
  case review(ReviewConfiguration)

  /// The kind's key in files.
  public var kind: String {
    switch self {
    case .staleCache: "staleCache"
    case .template: "template"
    case .queue: "queue"
    case .review: "review"
    }
  }

  /// Whether it keeps the request, so that it can be carried out later.
  public var keepsRequest: Bool {
    switch self {
    case .staleCache, .template: false
    case .queue, .review: true
    }
  }
}
